// Section 7 of the protocol: each setting, by its effect. The close codes of the time-outs stand in closes.test.js.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client } from './support/client.js';
import { daemonFor } from './support/daemon.js';
import { metrics } from './support/http.js';
import { newRoom, numbers, seqs } from './support/shape.js';
import { eventually } from './support/wait.js';

const say = (client, room, data, key) => client.ask('publish', { room, event: 'e', data, key });

async function withClient(t, set) {
  const daemon = await daemonFor(t, { set });
  return { daemon, client: await Client.open(daemon), room: newRoom() };
}

test('session.ping_interval is what hello says in seconds', async (t) => {
  const { client } = await withClient(t, { 'session.ping_interval': '2500ms', 'session.ping_timeout': '1s' });
  assert.equal(client.welcome.ping, 2.5);
});

test('session.max_message is what hello says, and what is taken', async (t) => {
  const { client, room } = await withClient(t, { 'session.max_message': '100000' });
  assert.equal(client.welcome.max_message, 100_000);
  await say(client, room, 'x'.repeat(99_000));
  client.sendText(' '.repeat(100_001));
  assert.equal((await client.closed()).code, 1009);
});

test('session.outbox_bytes bounds a history reply to about its half', async (t) => {
  const { client, room } = await withClient(t, { 'session.outbox_bytes': '16KiB', 'session.max_message': '4KiB' });
  for (const i of numbers(1, 20)) await say(client, room, `${i}${'x'.repeat(1000)}`);
  const { text, body } = await client.askFrame('history', { room });
  assert.ok(text.length > 4096 && text.length < 12_288, `${text.length} bytes`);
  assert.equal(body.messages.at(-1).seq, 20);
});

describe('a room keeps its newest messages', () => {
  test('rooms.history_size: at most so many', async (t) => {
    const { client, room } = await withClient(t, { 'rooms.history_size': '5' });
    for (const i of numbers(1, 12)) await say(client, room, i);
    const { first, seq, messages } = await client.ask('history', { room });
    assert.deepEqual([first, seq, seqs(messages)], [8, 12, [8, 9, 10, 11, 12]]);
  });

  test('rooms.history_size 0: none; first is seq + 1', async (t) => {
    const { client, room } = await withClient(t, { 'rooms.history_size': '0' });
    for (const i of numbers(1, 3)) await say(client, room, i);
    const { first, seq, messages } = await client.ask('history', { room });
    assert.deepEqual([first, seq, messages], [4, 3, []]);
  });

  test('rooms.retention: more or less, as the first pattern says that the room matches', async (t) => {
    const set = { 'rooms.history_size': '5', 'rooms.retention': 'none:* history_size=0, few:* history_size=2, *:* history_size=7' };
    const { client, room } = await withClient(t, set);
    for (const [name, first] of [[room, 8], [`none:${room}`, 13], [`few:${room}`, 11], [`other:${room}`, 6]]) {
      for (const i of numbers(1, 12)) await say(client, name, i);
      assert.equal((await client.ask('history', { room: name })).first, first, name);
    }
  });

  test('rooms.history_bytes: at most so many bytes', async (t) => {
    const { client, room } = await withClient(t, { 'rooms.history_bytes': '10000' });
    for (const i of numbers(1, 20)) await say(client, room, `${i}${'x'.repeat(1000)}`);
    const { first, seq } = await client.ask('history', { room });
    assert.equal(seq, 20);
    assert.ok(first >= 12 && first <= 16, `first ${first}`);
  });

  test('rooms.history_age: none older; numbering goes on', async (t) => {
    const { client, room } = await withClient(t, { 'rooms.history_age': '300ms' });
    await say(client, room, 1);
    await eventually(async () => (await client.ask('history', { room })).messages.length === 0, 'it is too old');
    const { first, seq } = await client.ask('history', { room });
    assert.deepEqual([first, seq], [2, 1]);
    assert.equal((await say(client, room, 2)).seq, 2);
  });
});

describe('deduplication', () => {
  const duplicate = async (client, room, key) => (await say(client, room, 1, key)).duplicate;

  test('rooms.dedup_size: the newest so many keys, where none is young enough', async (t) => {
    const { client, room } = await withClient(t, { 'rooms.dedup_size': '2', 'rooms.dedup_age': '0ms' });
    for (const key of ['a', 'b', 'c']) await say(client, room, 1, key);
    assert.deepEqual([await duplicate(client, room, 'c'), await duplicate(client, room, 'b')], [true, true]);
    assert.equal(await duplicate(client, room, 'a'), false);
  });

  test('rooms.dedup_age: all younger keys, also where they are more', async (t) => {
    const { client, room } = await withClient(t, { 'rooms.dedup_size': '2', 'rooms.dedup_age': '5m' });
    for (const i of numbers(1, 50)) await say(client, room, 1, `k${i}`);
    assert.equal(await duplicate(client, room, 'k1'), true);
  });

  test('rooms.dedup_age: an older key is new again', async (t) => {
    const { client, room } = await withClient(t, { 'rooms.dedup_size': '0', 'rooms.dedup_age': '400ms' });
    await say(client, room, 1, 'k');
    assert.equal(await duplicate(client, room, 'k'), true);
    await eventually(async () => !(await duplicate(client, room, 'k')), 'the key is forgotten');
    assert.equal((await client.ask('history', { room })).seq, 2);
  });
});

describe('rooms.linger', () => {
  const rooms = async (daemon) => (await metrics(daemon)).get('roomd_rooms');

  test('a room without members ends after so long, and its history stays', async (t) => {
    const { daemon, client, room } = await withClient(t, { 'rooms.linger': '200ms', 'presence.grace': '0ms' });
    const { epoch } = await client.ask('join', { room });
    await say(client, room, 'kept');
    assert.equal(await rooms(daemon), 1);
    await client.ask('leave', { room });
    await eventually(async () => (await rooms(daemon)) === 0, 'the room ends');
    const reply = await client.ask('history', { room });
    assert.deepEqual([reply.epoch, reply.seq, reply.messages[0]?.data], [epoch, 1, 'kept']);
  });

  test('a room with a member does not end', async (t) => {
    const { daemon, client, room } = await withClient(t, { 'rooms.linger': '0ms', 'presence.grace': '0ms' });
    await client.ask('join', { room });
    await client.ask('join', { room: 'other' });
    await client.ask('leave', { room: 'other' });
    await eventually(async () => (await rooms(daemon)) === 1, 'the other room ends');
    assert.equal((await client.ask('members', { room })).members.length, 1);
  });
});

test('limits.commands_in_flight: more are read later, none is lost', async (t) => {
  const { client, room } = await withClient(t, { 'limits.commands_in_flight': '1' });
  const all = await Promise.all(numbers(1, 300).map((i) => say(client, room, i)));
  assert.deepEqual(seqs(all), numbers(1, 300));
});

test('session.write_timeout and session.handshake_timeout leave a session that does its part alone', async (t) => {
  const { client, room } = await withClient(t, {
    'session.write_timeout': '100ms', 'session.handshake_timeout': '50ms', 'session.ping_interval': '150ms', 'session.ping_timeout': '100ms',
  });
  let pings = 0;
  client.pong = false;
  await client.ask('join', { room });
  while (pings < 3) {
    await client.next('ping');
    client.send({ pong: {} });
    ++pings;
  }
  await client.fence(room);
});
