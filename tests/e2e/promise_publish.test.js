// Section 4 of the protocol, promises 4 and 5: acknowledged means stored, and a retry is safe.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon } from './support/daemon.js';
import { newRoom, numbers, seqs } from './support/shape.js';

let daemon;
before(async () => { daemon = await Daemon.start(); });
after(() => daemon.stop());

const open = () => Client.open(daemon);
const say = (client, room, data, more = {}) => client.ask('publish', { room, event: 'e', data, ...more });

describe('promise 4: acknowledged means stored', () => {
  test('what was acknowledged is in the history at once, for everyone', async () => {
    const [room, ada, ben] = [newRoom(), await open(), await open()];
    for (const i of numbers(1, 50)) {
      const { seq, epoch } = await say(ada, room, i);
      const { messages, ...head } = await ben.ask('history', { room, limit: 1 });
      assert.deepEqual([head.seq, head.epoch, messages[0].seq, messages[0].data], [seq, epoch, seq, i]);
    }
  });

  test('also when the publisher’s line is cut right after the acknowledgement', async () => {
    const [room, ada, ben] = [newRoom(), await open(), await open()];
    await say(ada, room, 'last words');
    await ada.cut();
    assert.equal((await ben.ask('history', { room })).messages[0].data, 'last words');
  });

  test('what was sent and not acknowledged is stored whole or not at all', async () => {
    const [room, ben] = [newRoom(), await open()];
    for (let round = 0; round < 10; ++round) {
      const ada = await open();
      for (const i of numbers(1, 20)) ada.send({ publish: { room, event: 'e', data: i, key: `${round}.${i}` } });
      await ada.cut();
    }
    const { messages, seq } = await ben.ask('history', { room, limit: 1000 });
    assert.deepEqual(seqs(messages), numbers(1, seq));
    for (const message of messages) assert.equal(message.key.split('.')[1], `${message.data}`);
  });
});

describe('promise 5: retry safely', () => {
  test('a second publish delivers nothing and returns the first one’s number', async () => {
    const [room, ada, ben] = [newRoom(), await open(), await open()];
    await ben.ask('join', { room });
    const first = await say(ada, room, 'once', { key: 'k' });
    const second = await say(ada, room, 'once', { key: 'k' });
    assert.deepEqual(second, { ...first, duplicate: true });
    await say(ada, room, 'twice');
    assert.deepEqual((await ben.messages(room, 2)).map((m) => [m.seq, m.data]), [[1, 'once'], [2, 'twice']]);
  });

  test('over another connection, by another user, with other content: the first one counts', async () => {
    const [room, ada, ben] = [newRoom(), await open(), await open()];
    const first = await say(ada, room, 'first', { key: 'k' });
    await ada.cut();
    assert.deepEqual(await say(ben, room, 'second', { key: 'k' }), { ...first, duplicate: true });
    assert.deepEqual((await ben.ask('history', { room })).messages.map((m) => m.data), ['first']);
  });

  test('the same key in another room is another', async () => {
    const ada = await open();
    for (const room of [newRoom(), newRoom()]) {
      assert.deepEqual((await say(ada, room, 1, { key: 'k' })).duplicate, false);
    }
  });

  test('keys differ by every byte', async () => {
    const [room, ada] = [newRoom(), await open()];
    for (const key of ['a', 'A', 'a ', 'á', 'a\u0301', '"']) assert.equal((await say(ada, room, 1, { key })).duplicate, false);
  });

  test('without a key there are no duplicates', async () => {
    const [room, ada] = [newRoom(), await open()];
    for (const seq of [1, 2, 3]) assert.equal((await say(ada, room, 'same')).seq, seq);
  });

  test('at once from many sides: one number', async () => {
    const room = newRoom();
    const clients = await Promise.all(numbers(1, 10).map(() => open()));
    const acks = await Promise.all(clients.map((client) => say(client, room, 1, { key: 'k' })));
    assert.deepEqual(seqs(acks), Array(10).fill(1));
    assert.equal(acks.filter(({ duplicate }) => !duplicate).length, 1);
  });

  test('within the window of 1,000 keyed messages', async () => {
    const [room, ada] = [newRoom(), await open()];
    await Promise.all(numbers(1, 1000).map((i) => say(ada, room, i, { key: `k${i}` })));
    const again = await Promise.all(numbers(1, 1000).map((i) => say(ada, room, i, { key: `k${i}` })));
    assert.deepEqual(again.map(({ seq, duplicate }) => [seq, duplicate]), numbers(1, 1000).map((i) => [i, true]));
  });

  test('echo of a duplicate is not sent', async () => {
    const [room, ada] = [newRoom(), await open()];
    await ada.ask('join', { room });
    for (let i = 0; i < 2; ++i) await say(ada, room, 1, { key: 'k', echo: true });
    await ada.fence(room);
    assert.equal(ada.take().length, 1);
  });
});
