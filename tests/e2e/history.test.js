// Section 2 of the protocol: the command `history`, page by page.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon } from './support/daemon.js';
import { assertShape, newRoom, numbers, seqs } from './support/shape.js';

let daemon;
let client;
before(async () => {
  daemon = await Daemon.start();
  client = await Client.open(daemon);
});
after(() => daemon.stop());

async function published(room, count, data = (i) => i) {
  for (const i of numbers(1, count)) await client.ask('publish', { room, event: 'said', data: data(i) });
}

describe('command history', () => {
  test('reply: room, epoch, first, seq, messages', async () => {
    const room = newRoom();
    await published(room, 3);
    const reply = await client.ask('history', { room });
    assertShape(reply, { room: 'string', epoch: 'string', first: 'integer', seq: 'integer', messages: 'array' });
    assert.deepEqual([reply.first, reply.seq, seqs(reply.messages)], [1, 3, [1, 2, 3]]);
    assertShape(reply.messages[0], {
      room: 'string', seq: 'integer', event: 'string', data: 'integer', user: 'string', session: 'string',
      time: 'integer',
    });
  });

  test('of a room without messages: first is seq + 1', async () => {
    const { first, seq, messages } = await client.ask('history', { room: newRoom() });
    assert.deepEqual([first, seq, messages], [1, 0, []]);
  });

  const pages = {
    'neither means the newest': [{ limit: 3 }, [8, 9, 10]],
    'limit is 100 unless given': [{}, numbers(1, 10)],
    'since is exclusive, ascending from there': [{ since: 2, limit: 3 }, [3, 4, 5]],
    'since 0 is the beginning': [{ since: 0, limit: 2 }, [1, 2]],
    'since the head is nothing': [{ since: 10 }, []],
    'since beyond the head is nothing': [{ since: 99 }, []],
    'before is exclusive, the newest below it': [{ before: 5, limit: 2 }, [3, 4]],
    'before 1 is nothing': [{ before: 1 }, []],
    'before beyond the head is the newest': [{ before: 99, limit: 2 }, [9, 10]],
    'a limit beyond what is kept is all of it': [{ limit: 9007199254740991 }, numbers(1, 10)],
  };
  test('a room of ten messages, page by page', async (t) => {
    const room = newRoom();
    await published(room, 10);
    for (const [name, [fields, expected]] of Object.entries(pages)) {
      await t.test(name, async () => {
        assert.deepEqual(seqs((await client.ask('history', { room, ...fields })).messages), expected);
      });
    }
  });

  test('limit is 100 unless given, also where there is more', async () => {
    const room = newRoom();
    await published(room, 101);
    assert.deepEqual(seqs((await client.ask('history', { room })).messages), numbers(2, 101));
  });

  test('a reply is bounded in bytes, and pages by since reach everything', async () => {
    const room = newRoom();
    await published(room, 10, () => 'x'.repeat(40_000));
    let position = 0;
    const pageSizes = [];
    while (position < 10) {
      const { text, body } = await client.askFrame('history', { room, since: position });
      assert.deepEqual(seqs(body.messages), numbers(position + 1, position + body.messages.length));
      assert.ok(body.messages.length > 0 && text.length < 300_000, `${text.length} bytes`);
      pageSizes.push(body.messages.length);
      position += body.messages.length;
    }
    assert.ok(pageSizes.length > 1, `pages: ${pageSizes}`);
  });
});
