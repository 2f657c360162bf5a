// What the page does when the server takes it out of its room: a proxy in the browser says so in the server's place.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needsRoomd, newRoom, startBrowser, Visitor } from './browser.js';

describe('playground, out of its room', { ...needsRoomd, timeout: 60_000 }, () => {
  let browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.close());

  /** A visitor whose joins are noted; `remove` tells the page that it is out of the room. */
  async function enter() {
    const room = newRoom();
    const context = await browser.newContext();
    const joins = [];
    const heard = { joins, again: null, remove: null };
    heard.again = new Promise((resolve) => {
      context.routeWebSocket(/\/v1\/ws/, (page) => {
        const server = page.connectToServer();
        page.onMessage((text) => {
          const { join } = JSON.parse(text);
          if (join) joins.push(join);
          if (joins.length === 2) resolve();
          server.send(text);
        });
        server.onMessage((text) => page.send(text));
        heard.remove = (code, reason) => page.send(JSON.stringify({ removed: { room, code, reason } }));
      });
    });
    const address = `/ui/${room}?${new URLSearchParams({ id_user: 'ada', name: 'Ada' })}`;
    heard.visitor = await Visitor.open(context, address);
    await heard.visitor.isIn('live');
    return heard;
  }

  for (const [code, reason] of [[1013, 'try_again_later'], [1011, 'internal_error']]) {
    test(`it comes back by itself from where it stood after ${code}`, async () => {
      const { visitor, joins, again, remove } = await enter();
      await visitor.say('before');
      remove(code, reason);
      await again;
      await visitor.isIn('live');
      assert.equal(joins[1].since.seq, 1);
      await visitor.say('after');
      assert.deepEqual(visitor.problems, []);
    });
  }

  test('it stays out after any other code', async () => {
    const { visitor, joins, remove } = await enter();
    remove(4003, 'disconnected');
    await visitor.isIn('stopped');
    assert.equal(joins.length, 1);
  });
});
