// The pure parts of the page's client, run in the browser that will run them: position, catch-up, back-off.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needsRoomd, startBrowser, Visitor } from './browser.js';

describe('playground client', { ...needsRoomd, timeout: 60_000 }, () => {
  let browser;
  let page;
  before(async () => {
    browser = await startBrowser();
    ({ page } = await Visitor.open(await browser.newContext(), '/ui/lobby'));
    await page.evaluate(async () => {
      window.parts = Object.assign({}, ...(await Promise.all(
        ['position', 'reconnect', 'timeline'].map((name) => import(`/ui/assets/${name}.js`)),
      )));
      window.standing = (seq) => {
        const position = new window.parts.Position();
        position.join({ epoch: 'a', seq, missed: 0 }, false);
        return position;
      };
    });
  });
  after(() => browser?.close());

  test('position: one’s own acknowledgements fill the numbers between messages', async () => {
    assert.deepEqual(await page.evaluate(() => {
      const position = window.standing(4);
      const early = [position.deliver(6), position.seq, position.hole()];
      position.account(5);
      return [...early, position.seq, position.hole()];
    }), ['new', 4, { from: 5, to: 5 }, 6, null]);
  });

  test('position: a number at or below the last delivered one is a repeat', async () => {
    assert.deepEqual(await page.evaluate(() => {
      const position = window.standing(0);
      return [1, 2, 2, 1, 3].map((seq) => position.deliver(seq));
    }), ['new', 'new', 'repeat', 'repeat', 'new']);
  });

  test('position: a resume may bring again what an acknowledgement has told', async () => {
    assert.deepEqual(await page.evaluate(() => {
      const position = window.standing(4);
      position.account(6);
      position.join({ epoch: 'a', seq: 6, missed: 2, recovered: true }, true);
      return [position.deliver(5), position.deliver(6), position.seq];
    }), ['new', 'known', 6]);
  });

  test('position: a gap closes its numbers, a new epoch starts over', async () => {
    assert.deepEqual(await page.evaluate(() => {
      const position = window.standing(4);
      position.skip(5, 1e9);
      const afterGap = position.seq;
      position.restart('b', 0);
      return [afterGap, position.deliver(1), position.epoch, position.seq];
    }), [1e9, 'new', 'b', 1]);
  });

  test('catch-up: it is whole when every promised message came', async () => {
    assert.deepEqual(await page.evaluate(() => {
      const position = window.standing(2);
      const catchUp = new window.parts.CatchUp({ reply: { epoch: 'a', seq: 4, missed: 2, recovered: true } });
      const steps = [3, 4, 5].map((seq) => {
        position.deliver(seq);
        return [catchUp.deliver(seq), catchUp.finish(position)];
      });
      return { steps, whole: catchUp.whole };
    }), { steps: [[true, false], [true, true], [false, false]], whole: true });
  });

  test('back-off: pauses double to a ceiling and start over after a steady line', async () => {
    assert.deepEqual(await page.evaluate(() => {
      const backoff = new window.parts.Backoff({ first: 100, most: 400, steady: 1000, random: () => 1 });
      const pauses = [1, 2, 3, 4].map(() => backoff.next());
      backoff.stayedUp(999);
      pauses.push(backoff.next());
      backoff.stayedUp(1000);
      return [...pauses, backoff.next()];
    }), [100, 200, 400, 400, 400, 100]);
  });

  test('timeline: what waits stays last, and takes its place when it has a number', async () => {
    assert.deepEqual(await page.evaluate(() => {
      const { Timeline, waiting } = window.parts;
      const timeline = new Timeline();
      const mine = { ...waiting, name: 'mine' };
      timeline.add({ era: 0, seq: 1, name: 'one' });
      timeline.add(mine);
      timeline.add({ era: 0, seq: 3, name: 'three' });
      timeline.move(mine, { era: 0, seq: 2 });
      timeline.add({ era: 0, seq: 1, name: 'mark' });
      return timeline.items.map(({ name }) => name);
    }), ['one', 'mark', 'mine', 'three']);
  });
});
