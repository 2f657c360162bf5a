// A browser to walk through the playground with, and a visitor: one page of one user in one room.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const address = process.env.ROOMD_URL;
const shots = process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'roomd-playground-'));

export const needsRoomd = address ? {} : { skip: 'ROOMD_URL is not set' };

export const newRoom = () => `test-${randomBytes(6).toString('hex')}`;

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

export class Visitor {
  problems = [];

  /** Opens the room's page and waits until it is live. `settings` are Playwright's for a browser context, `at` is a node. */
  static async enter(browser, { room, user, name, settings = {}, at }) {
    const context = await browser.newContext({ viewport: { width: 1180, height: 760 }, ...settings });
    const visitor = await Visitor.open(context, `/ui/${encodeURIComponent(room)}?${new URLSearchParams({ id_user: user, name })}`, at);
    await visitor.isIn('live');
    return visitor;
  }

  static async open(context, path, at = address) {
    const visitor = new Visitor();
    visitor.page = await context.newPage();
    visitor.page.setDefaultTimeout(15_000);
    visitor.page.on('pageerror', (error) => visitor.problems.push(error.message));
    visitor.page.on('console', (line) => line.type() === 'error' && visitor.problems.push(line.text()));
    await visitor.page.goto(new URL(path, at).href);
    return visitor;
  }

  find(selector, filter) {
    return this.page.locator(selector, filter);
  }

  async isIn(phase) {
    await this.find(`#lamp[data-phase="${phase}"]`).waitFor();
  }

  /** Writes a message and sends it; it has its number or waits for one when this returns. */
  async say(text) {
    await this.find('#text').fill(text);
    await this.find('#text').press('Enter');
    await this.sees(text);
  }

  message(text) {
    return this.find('.message').filter({ has: this.page.locator('.body > p', { hasText: text }) });
  }

  async sees(text) {
    await this.message(text).waitFor();
  }

  /** Waits until the message has its number, and returns it. */
  async numberOf(text) {
    await this.message(text).and(this.find('.message.stored')).waitFor();
    return Number(await this.message(text).locator('.seq').textContent());
  }

  member(user) {
    return this.find(`#members li[data-user="${user}"]`);
  }

  async seesMember(user, name) {
    await this.member(user).filter({ hasText: name }).waitFor();
  }

  async seesDevices(user, number) {
    await this.member(user).locator(`.devices i:nth-of-type(${number})`).waitFor();
    await this.member(user).locator(`.devices i:nth-of-type(${number + 1})`).waitFor({ state: 'detached' });
  }

  async cut(pause) {
    await this.find('#away').selectOption(pause);
    await this.find('#cut').click();
    await this.isIn('cut');
  }

  /** The texts of the stream's messages from top to bottom. */
  texts() {
    return this.find('.message .body > p').allTextContents();
  }

  async numbers() {
    return (await this.find('.message.stored .seq').allTextContents()).map(Number);
  }

  /** The client's own check of what the server promises: no number missing, none twice. */
  async keptItsPromises() {
    assert.equal(await this.find('#fact-holes').textContent(), '0', 'holes');
    assert.equal(await this.find('#fact-repeats').textContent(), '0', 'repeats');
    assert.deepEqual(this.problems, [], 'errors in the console');
  }

  async hasNoSidewaysScroll() {
    const [content, window] = await this.page.evaluate(() => [
      document.scrollingElement.scrollWidth,
      document.scrollingElement.clientWidth,
    ]);
    assert.ok(content <= window, `the page is ${content} px wide in a window of ${window} px`);
  }

  shot(name) {
    return this.page.screenshot({ path: join(shots, `${name}.png`), animations: 'disabled' });
  }

  leave() {
    return this.page.context().close();
  }
}
