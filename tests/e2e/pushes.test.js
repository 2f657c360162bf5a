// Section 3 of the protocol: every push with its fields.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon, daemonFor } from './support/daemon.js';
import { assertShape, newRoom } from './support/shape.js';

let daemon;
before(async () => { daemon = await Daemon.start({ set: { 'presence.grace': '0ms', 'rooms.history_size': '3' } }); });
after(() => daemon.stop());

/** Clients in a room of their own, with `join` as the fields of their join. */
async function together(users, join = {}, target = daemon) {
  const room = newRoom();
  const clients = [];
  for (const user of users) {
    const client = await Client.open(target, { user, info: { of: user } });
    await client.ask('join', { room, ...join });
    clients.push(client);
  }
  return [room, ...clients];
}

describe('push message', () => {
  const whole = {
    room: 'string', seq: 'integer', event: 'string', data: 'object', user: 'string', session: 'string', key: 'string',
    time: 'integer',
  };

  test('room, seq, event, data, user, session, key, time', async () => {
    const [room, ada, ben] = await together(['ada', 'ben']);
    const before = Date.now();
    await ada.ask('publish', { room, event: 'said', data: { text: 'hi' }, key: 'k1' });
    const message = await ben.next('message');
    assertShape(message, whole);
    assert.deepEqual({ ...message, time: 0 }, {
      room, seq: 1, event: 'said', data: { text: 'hi' }, user: 'ada', session: ada.session, key: 'k1', time: 0,
    });
    assert.ok(message.time >= before - 1000 && message.time <= Date.now() + 1000, `time ${message.time}`);
  });

  test('key is absent where the publisher gave none', async () => {
    const [room, ada, ben] = await together(['ada', 'ben']);
    await ada.ask('publish', { room, event: 'said', data: {} });
    const { key, ...rest } = whole;
    assertShape(await ben.next('message'), rest);
  });

  test('seq is absent on ephemeral ones', async () => {
    const [room, ada, ben] = await together(['ada', 'ben']);
    await ada.ask('publish', { room, event: 'typing', data: {}, ephemeral: true });
    const { key, seq, ...rest } = whole;
    assertShape(await ben.next('message'), rest);
  });

  test('an ephemeral one is not kept', async () => {
    const [room, ada] = await together(['ada']);
    await ada.ask('publish', { room, event: 'typing', data: {}, ephemeral: true });
    assert.deepEqual((await ada.ask('history', { room })).messages, []);
  });

  test('names with quotes, line separators and letters of all kinds arrive as they were', async () => {
    const [, ada, ben] = await together(['ada', 'ben']);
    const room = 'a "room" \\ with / 🎲 \u2028';
    await ben.ask('join', { room });
    await ada.ask('publish', { room, event: 'é"\\', data: 1, key: '"k"\\' });
    const { event, key, room: where } = await ben.next('message');
    assert.deepEqual([where, event, key], [room, 'é"\\', '"k"\\']);
  });
});

describe('push members', () => {
  test('joined: a user whose first device came, as user and info', async () => {
    const [room, ada] = await together(['ada'], { members: true });
    const ben = await Client.open(daemon, { user: 'ben', info: { name: 'Ben' } });
    await ben.ask('join', { room });
    assert.deepEqual(await ada.next('members'), { room, joined: [{ user: 'ben', info: { name: 'Ben' } }], left: [], updated: [] });
  });

  test('left: a user whose last device went', async () => {
    const [room, ada, ben] = await together(['ada', 'ben'], { members: true });
    await ada.next('members');
    await ben.ask('leave', { room });
    assert.deepEqual(await ada.next('members'), { room, joined: [], left: [{ user: 'ben', info: { of: 'ben' } }], updated: [] });
  });

  test('left: also when the line is cut', async () => {
    const [, ada, ben] = await together(['ada', 'ben'], { members: true });
    await ben.cut();
    assert.equal((await ada.next('members', (m) => m.left.length > 0)).left[0].user, 'ben');
  });

  test('updated: what a user’s newest identity said', async () => {
    const [room, ada, ben] = await together(['ada', 'ben'], { members: true });
    await ada.next('members');
    await ben.ask('identity', { info: { of: 'B' } });
    assert.deepEqual(await ada.next('members'), { room, joined: [], left: [], updated: [{ user: 'ben', info: { of: 'B' } }] });
  });

  test('updated: what a newer hello of the same user said', async () => {
    const [room, ada] = await together(['ada', 'ben'], { members: true });
    await ada.next('members');
    const phone = await Client.open(daemon, { user: 'ben', info: { of: 'phone' } });
    await phone.ask('join', { room });
    assert.deepEqual((await ada.next('members')).updated, [{ user: 'ben', info: { of: 'phone' } }]);
  });

  test('a second device, and its going, is no news', async () => {
    const [room, ada] = await together(['ada', 'ben'], { members: true });
    await ada.next('members');
    const phone = await Client.open(daemon, { user: 'ben', info: { of: 'ben' } });
    await phone.ask('join', { room });
    await phone.ask('leave', { room });
    await ada.fence(room);
    assert.deepEqual(ada.take(), []);
  });

  test('not to those who joined without members', async () => {
    const [room, ada] = await together(['ada', 'ben']);
    await ada.fence(room);
    assert.deepEqual(ada.take(), []);
  });

  test('after a grace only; who comes back within it was never gone', async (t) => {
    const patient = await daemonFor(t, { set: { 'presence.grace': '10m' } });
    const [room, ada, ben] = await together(['ada', 'ben'], { members: true }, patient);
    await ada.next('members');
    await ben.cut();
    const again = await Client.open(patient, { user: 'ben', info: { of: 'ben' } });
    await again.ask('join', { room });
    await again.ask('leave', { room });
    await ada.fence(room);
    assert.deepEqual(ada.take(), []);
    const { members } = await ada.ask('members', { room });
    assert.deepEqual(members.map(({ user, sessions }) => [user, sessions.length]), [['ada', 1], ['ben', 0]]);
  });

  test('after a grace that passes', async (t) => {
    const quick = await daemonFor(t, { set: { 'presence.grace': '200ms' } });
    const [, ada, ben] = await together(['ada', 'ben'], { members: true }, quick);
    await ada.next('members');
    await ben.close();
    assert.equal((await ada.next('members')).left[0].user, 'ben');
  });
});

test('push gap: room, from, to; the next message has a higher number', async () => {
  const [room, ada] = await together(['ada']);
  const { epoch } = await ada.ask('publish', { room, event: 'e', data: 1 });
  for (let i = 2; i <= 8; ++i) await ada.ask('publish', { room, event: 'e', data: i });
  const late = await Client.open(daemon);
  await late.ask('join', { room, since: { epoch, seq: 2 } });
  const gap = await late.nextPush();
  assert.deepEqual([gap.kind, gap.body], ['gap', { room, from: 3, to: 5 }]);
  assert.equal((await late.nextPush()).body.seq, 6);
});

test('push epoch: room, epoch, seq; the next message is seq + 1', async () => {
  const [room, ada] = await together(['ada']);
  const { epoch } = await ada.ask('publish', { room, event: 'e', data: 1 });
  const late = await Client.open(daemon);
  await late.ask('join', { room, since: { epoch: 'another', seq: 7 } });
  const push = await late.nextPush();
  assert.deepEqual([push.kind, push.body], ['epoch', { room, epoch, seq: 0 }]);
  assert.equal((await late.nextPush()).body.seq, 1);
});

test('push removed', { skip: 'nothing outside of the server can take a session out of a room yet' }, () => {});

test('push ping: an empty object; pong keeps the connection', async (t) => {
  const brisk = await daemonFor(t, { set: { 'session.ping_interval': '200ms', 'session.ping_timeout': '150ms' } });
  const client = await Client.open(brisk, { pong: false });
  for (let i = 0; i < 3; ++i) {
    const ping = await client.nextPush();
    assert.equal(ping.text, '{"ping":{}}');
    client.send({ pong: {} });
  }
  await client.fence('a');
});

test('push error: an error that belongs to no id', async () => {
  const client = await Client.open(daemon);
  client.send({ publish: {} });
  assertShape(await client.next('error'), { code: 'integer', reason: 'string', message: 'string', retry: 'boolean' });
});
