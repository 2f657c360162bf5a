// A browser offers permessage-deflate with every WebSocket: the playground over it, where the settings take the offer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Daemon } from '../support/daemon.js';
import { needsRoomd, newRoom, startBrowser, Visitor } from './browser.js';

describe('playground with compression', { ...needsRoomd, timeout: 120_000 }, () => {
  let browser;
  let daemon;
  before(async () => {
    browser = await startBrowser();
    daemon = await Daemon.start({ set: { 'session.compression': 'true' } });
  });
  after(async () => {
    await browser?.close();
    await daemon?.stop();
  });

  /** A page whose room is live, on the daemon that compresses. */
  async function enter(room, user) {
    const visitor = await Visitor.open(await browser.newContext(), `${daemon.http}/ui/${room}?id_user=${user}`);
    await visitor.isIn('live');
    return visitor;
  }

  test('the browser compresses, and long messages go both ways', async () => {
    const room = newRoom();
    const [ada, ben] = [await enter(room, '1'), await enter(room, '2')];
    const agreed = await ada.page.evaluate((address) => new Promise((resolve, reject) => {
      const socket = new WebSocket(address);
      socket.onopen = () => resolve(socket.extensions);
      socket.onerror = () => reject(new Error('the WebSocket does not open'));
    }), daemon.ws);
    assert.match(agreed, /^permessage-deflate; server_no_context_takeover; client_no_context_takeover$/);
    const long = 'a long message '.repeat(60).trim();
    await ada.say(`one ${long}`);
    await ben.sees(`one ${long}`);
    await ben.say(`two ${long}`);
    await ada.sees(`two ${long}`);
    assert.deepEqual(await ada.texts(), [`one ${long}`, `two ${long}`]);
    await Promise.all([ada, ben].map((visitor) => visitor.keptItsPromises()));
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });
});
