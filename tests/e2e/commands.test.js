// Section 2 of the protocol: every command with its fields and its reply, as the table has them. `history` stands in
// history.test.js.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon } from './support/daemon.js';
import { assertError, assertShape, newRoom, numbers, seqs } from './support/shape.js';

let daemon;
let client;
before(async () => {
  daemon = await Daemon.start();
  client = await Client.open(daemon, { user: 'ada', info: { name: 'Ada' } });
});
after(() => daemon.stop());

async function published(room, count, { from = client } = {}) {
  for (const data of numbers(1, count)) await from.ask('publish', { room, event: 'said', data });
}

describe('command hello', () => {
  test('reply: session, user, server, ping in seconds, max_message in bytes', async () => {
    const { welcome } = await Client.open(daemon, { user: 'ben', info: { a: 1 }, client: 'tests/1.0' });
    assertShape(welcome, {
      session: 'string', user: 'string', server: 'string', ping: 'integer', max_message: 'integer',
    });
    assert.deepEqual([welcome.user, welcome.ping, welcome.max_message], ['ben', 25, 65536]);
  });

  test('in insecure mode without user: the session is the user', async () => {
    const { welcome } = await Client.open(daemon);
    assert.equal(welcome.user, welcome.session);
  });

  test('sessions have ids of their own', async () => {
    const all = await Promise.all(numbers(1, 20).map(() => Client.open(daemon, { user: 'same' })));
    assert.equal(new Set(all.map((one) => one.session)).size, 20);
  });

  test('a second one is error 400 and changes nothing', async () => {
    const ben = await Client.open(daemon, { user: 'ben' });
    assertError(await ben.refused('hello', { user: 'mallory' }), 400, 'bad_request');
    const { members } = await ben.ask('join', { room: newRoom(), members: true });
    assert.equal(members[0].user, 'ben');
  });
});

describe('command join', () => {
  test('reply: room, epoch, seq, recovered, missed', async () => {
    const room = newRoom();
    const reply = await client.ask('join', { room });
    assertShape(reply, { room: 'string', epoch: 'string', seq: 'integer', recovered: 'boolean', missed: 'integer' });
    assert.deepEqual({ ...reply, epoch: '' }, { room, epoch: '', seq: 0, recovered: true, missed: 0 });
  });

  test('seq is the head', async () => {
    const room = newRoom();
    await published(room, 3);
    const { seq, missed, recovered } = await client.ask('join', { room });
    assert.deepEqual([seq, missed, recovered], [3, 0, true]);
  });

  test('members: the list includes the joiner', async () => {
    const room = newRoom();
    const reply = await client.ask('join', { room, members: true });
    assertShape(reply, {
      room: 'string', epoch: 'string', seq: 'integer', recovered: 'boolean', missed: 'integer', members: 'array',
    });
    assert.deepEqual(reply.members, [{ user: 'ada', info: { name: 'Ada' }, sessions: [client.session] }]);
  });

  test('members false: no list', async () => {
    assert.ok(!('members' in await client.ask('join', { room: newRoom(), members: false })));
  });

  test('last: missed says how many follow, and they follow', async () => {
    const room = newRoom();
    await published(room, 5, { from: await Client.open(daemon) });
    const { seq, missed, recovered } = await client.ask('join', { room, last: 2 });
    assert.deepEqual([seq, missed, recovered], [5, 2, true]);
    assert.deepEqual(seqs(await client.messages(room, 2)), [4, 5]);
  });

  test('last beyond what is kept: everything that is kept', async () => {
    const room = newRoom();
    await published(room, 3, { from: await Client.open(daemon) });
    assert.equal((await client.ask('join', { room, last: 9007199254740991 })).missed, 3);
    assert.deepEqual(seqs(await client.messages(room, 3)), [1, 2, 3]);
  });

  test('last 0: nothing follows', async () => {
    const room = newRoom();
    await published(room, 3);
    assert.equal((await client.ask('join', { room, last: 0 })).missed, 0);
    await client.fence(room);
    assert.deepEqual(client.take(), []);
  });

  test('since: missed says how many follow, and they follow', async () => {
    const room = newRoom();
    const other = await Client.open(daemon);
    await published(room, 5, { from: other });
    const { epoch } = await other.ask('join', { room });
    const { seq, missed, recovered } = await client.ask('join', { room, since: { epoch, seq: 3 } });
    assert.deepEqual([seq, missed, recovered], [5, 2, true]);
    assert.deepEqual(seqs(await client.messages(room, 2)), [4, 5]);
  });

  test('a room that the session is in already: it succeeds and changes nothing', async () => {
    const room = newRoom();
    const other = await Client.open(daemon);
    const { epoch } = await client.ask('join', { room });
    await published(room, 2, { from: other });
    await client.messages(room, 2);
    const again = await client.ask('join', { room, last: 2 });
    assert.deepEqual(again, { room, epoch, seq: 2, recovered: true, missed: 0 });
    await client.fence(room);
    assert.deepEqual(client.take(), []);
  });
});

describe('command leave', () => {
  test('reply: room', async () => {
    const room = newRoom();
    await client.ask('join', { room });
    assert.deepEqual(await client.ask('leave', { room }), { room });
  });

  test('nothing comes after the reply', async () => {
    const room = newRoom();
    await client.ask('join', { room, members: true });
    await client.ask('leave', { room });
    const other = await Client.open(daemon);
    await other.ask('join', { room });
    await published(room, 3, { from: other });
    await client.fence(room);
    assert.deepEqual(client.take(), []);
  });
});

describe('command publish', () => {
  test('reply: room, epoch, seq, duplicate', async () => {
    const room = newRoom();
    const reply = await client.ask('publish', { room, event: 'said', data: null });
    assertShape(reply, { room: 'string', epoch: 'string', seq: 'integer', duplicate: 'boolean' });
    assert.deepEqual({ ...reply, epoch: '' }, { room, epoch: '', seq: 1, duplicate: false });
  });

  test('with a key the second one is the first one', async () => {
    const room = newRoom();
    const command = { room, event: 'said', data: 1, key: 'k' };
    const first = await client.ask('publish', command);
    assert.deepEqual(await client.ask('publish', command), { ...first, duplicate: true });
  });

  test('echo: the publisher hears it too', async () => {
    const room = newRoom();
    await client.ask('join', { room });
    await client.ask('publish', { room, event: 'said', data: 1, echo: true });
    assert.equal((await client.next('message')).seq, 1);
  });

  test('ephemeral: the reply is the room alone, and no number is used', async () => {
    const room = newRoom();
    assert.deepEqual(await client.ask('publish', { room, event: 'typing', data: 1, ephemeral: true }), { room });
    assert.equal((await client.ask('publish', { room, event: 'said', data: 1 })).seq, 1);
  });

  test('it needs no membership', async () => {
    const room = newRoom();
    const other = await Client.open(daemon);
    await other.ask('join', { room });
    await client.ask('publish', { room, event: 'said', data: 'from outside' });
    assert.equal((await other.next('message')).data, 'from outside');
  });
});

describe('command members', () => {
  test('reply: room and members with user, info and the ids of their sessions', async () => {
    const room = newRoom();
    const [phone, desk, ben] = await Promise.all([
      Client.open(daemon, { user: 'ada', info: { name: 'Ada' } }),
      Client.open(daemon, { user: 'ada', info: { name: 'Ada' } }),
      Client.open(daemon, { user: 'ben' }),
    ]);
    for (const one of [phone, ben, desk]) await one.ask('join', { room });
    const reply = await client.ask('members', { room });
    assertShape(reply, { room: 'string', members: 'array' });
    assert.deepEqual(reply.members, [
      { user: 'ada', info: { name: 'Ada' }, sessions: [phone.session, desk.session].sort() },
      { user: 'ben', info: {}, sessions: [ben.session] },
    ]);
  });

  test('it needs no membership, and of an empty room the list is empty', async () => {
    const room = newRoom();
    assert.deepEqual(await client.ask('members', { room }), { room, members: [] });
  });
});

describe('command identity', () => {
  test('reply: an empty object; every room that the session is in hears it', async () => {
    const [ada, ben] = await Promise.all(['ada', 'ben'].map((user) => Client.open(daemon, { user })));
    const rooms = [newRoom(), newRoom()];
    for (const room of rooms) {
      await ada.ask('join', { room });
      await ben.ask('join', { room, members: true });
    }
    assert.deepEqual(await ada.ask('identity', { info: { name: 'Countess' } }), {});
    for (const room of rooms) {
      const { updated, joined, left } = await ben.next('members', (m) => m.room === room);
      assert.deepEqual({ updated, joined, left }, {
        updated: [{ user: 'ada', info: { name: 'Countess' } }], joined: [], left: [],
      });
    }
  });

  test('a join after it carries the new info', async () => {
    const ada = await Client.open(daemon, { user: 'ada', info: { old: true } });
    await ada.ask('identity', { info: { old: false } });
    assert.deepEqual((await ada.ask('join', { room: newRoom(), members: true })).members[0].info, { old: false });
  });
});

describe('command refresh', () => {
  test('where the server takes no tokens: error 400', async () => {
    assertError(await client.refused('refresh', { token: 'a.b.c' }), 400, 'bad_request');
  });

  test('reply: expires', { skip: 'needs tokens' }, () => {});
});

describe('command pong', () => {
  test('no reply, with or without a ping before it', async () => {
    client.send({ pong: {} });
    client.send({ id: 4711, pong: {} });
    await client.fence('a');
    assert.deepEqual(client.take(), []);
  });
});
