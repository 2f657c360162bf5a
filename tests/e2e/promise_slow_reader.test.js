// Section 4 of the protocol, promises 6 and 7: a slow reader costs little, a catch-up starves nobody.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client } from './support/client.js';
import { daemonFor } from './support/daemon.js';
import { metrics } from './support/http.js';
import { RoomWatch } from './support/room_watch.js';
import { newRoom, numbers } from './support/shape.js';

const large = 'x'.repeat(60_000);
/** More than the sockets' own buffers take on the way. */
const flood = 400;
const wholeHistory = { 'rooms.history_bytes': '64MiB', 'presence.grace': '0ms' };

const say = (client, room, data = large, more = {}) => client.ask('publish', { room, event: 'e', data, ...more });
const many = (client, room, count) => Promise.all(numbers(1, count).map(() => say(client, room)));

/** A room with a publisher and a member that has stopped reading, whose pushes go into `watch`. */
async function withSlowReader(t, set, join = {}) {
  const daemon = await daemonFor(t, { set: { ...wholeHistory, ...set } });
  const [room, publisher] = [newRoom(), await Client.open(daemon, { user: 'publisher' })];
  const slow = await Client.open(daemon, { user: 'slow' });
  const { epoch } = await slow.ask('join', { room, ...join });
  const watch = new RoomWatch(room, epoch, 1);
  const others = [];
  slow.onPush = (push) => {
    watch.take(push);
    if (push.kind !== 'message') others.push(push);
  };
  slow.socket.pause();
  return { daemon, room, publisher, slow, watch, others };
}

async function readsOnTo({ slow, watch, room }, head) {
  slow.socket.resume();
  while (watch.next <= head) await slow.fence(room);
}

describe('promise 6: a slow reader', () => {
  test('that stops reading costs no more than its outbox, and reads on without loss or repeat', async (t) => {
    const all = await withSlowReader(t);
    await many(all.publisher, all.room, flood);
    const behind = await metrics(all.daemon);
    assert.ok(behind.get('roomd_outbox_bytes') <= 524_288, `${behind.get('roomd_outbox_bytes')} bytes wait`);
    assert.ok(behind.get('roomd_catch_ups_total') >= 1, 'it is behind');
    await readsOnTo(all, flood);
    assert.deepEqual([all.watch.received, all.watch.lost], [flood, 0]);
  });

  test('makes the process no larger than the history that is kept', async (t) => {
    const all = await withSlowReader(t, { 'rooms.history_bytes': '1MiB' });
    await many(all.publisher, all.room, 50);
    const before = all.daemon.memory();
    for (let i = 0; i < 4; ++i) await many(all.publisher, all.room, flood);
    const grown = all.daemon.memory() - before;
    assert.ok(grown < 16 * 2 ** 20, `grown by ${grown} bytes while 96 MB went through`);
  });

  test('that stops and goes on again and again loses nothing', async (t) => {
    const all = await withSlowReader(t);
    for (let round = 1; round <= 4; ++round) {
      await many(all.publisher, all.room, 200);
      all.slow.socket.resume();
      while (all.watch.next <= round * 200 - 50) await all.slow.fence(all.room);
      all.slow.socket.pause();
    }
    await readsOnTo(all, 800);
    assert.deepEqual([all.watch.received, all.watch.lost], [800, 0]);
  });

  test('in live traffic: the seam has neither hole nor repeat', async (t) => {
    const all = await withSlowReader(t);
    await many(all.publisher, all.room, flood);
    const traffic = Promise.all(numbers(1, 500).map((i) => say(all.publisher, all.room, i)));
    await readsOnTo(all, flood + 1);
    await traffic;
    await readsOnTo(all, flood + 500);
    assert.deepEqual([all.watch.received, all.watch.lost], [flood + 500, 0]);
  });

  test('further behind than the history reaches: a gap says what is gone', async (t) => {
    const all = await withSlowReader(t, { 'rooms.history_size': '20' });
    await many(all.publisher, all.room, flood);
    await readsOnTo(all, flood);
    assert.ok(all.watch.lost > 0);
    assert.equal(all.watch.received + all.watch.lost, flood);
  });

  test('in a room without history: a gap', async (t) => {
    const all = await withSlowReader(t, { 'rooms.history_size': '0' });
    await many(all.publisher, all.room, flood);
    await readsOnTo(all, flood);
    assert.ok(all.watch.lost > 0 && all.others.some(({ kind }) => kind === 'gap'));
    await say(all.publisher, all.room, 'live');
    await readsOnTo(all, flood + 1);
    assert.equal(all.watch.received + all.watch.lost, flood + 1);
  });

  test('hears of the members as a whole when it is up to date again', async (t) => {
    const all = await withSlowReader(t, {}, { members: true });
    await many(all.publisher, all.room, flood);
    const ben = await Client.open(all.daemon, { user: 'ben', info: { a: 1 } });
    await ben.ask('join', { room: all.room });
    await readsOnTo(all, flood);
    while (!all.others.length) await all.slow.fence(all.room);
    assert.deepEqual(all.others.map(({ kind, body }) => [kind, body]), [['members', {
      room: all.room, joined: [{ user: 'ben', info: { a: 1 } }, { user: 'slow', info: {} }], left: [], updated: [], reset: true,
    }]]);
  });

  test('drops ephemeral messages while it is behind', async (t) => {
    const all = await withSlowReader(t);
    await many(all.publisher, all.room, flood);
    for (let i = 0; i < 10; ++i) await say(all.publisher, all.room, 'now or never', { ephemeral: true });
    assert.equal((await metrics(all.daemon)).get('roomd_drops_total'), 10);
    await readsOnTo(all, flood);
  });

  test('is not held to the ping’s time-out while bytes wait for it', async (t) => {
    const all = await withSlowReader(t, { 'session.ping_interval': '1s', 'session.ping_timeout': '900ms' });
    await many(all.publisher, all.room, flood);
    const clock = await Client.open(all.daemon, { pong: false });
    for (let pings = 0; pings < 3; ++pings) {
      await clock.next('ping');
      clock.send({ pong: {} });
    }
    await readsOnTo(all, flood);
    assert.equal(all.watch.received, flood);
  });

  test('that never reads on is closed with 4006, and what it missed it resumes', async (t) => {
    const all = await withSlowReader(t, { 'session.write_timeout': '2s' });
    await all.publisher.ask('join', { room: all.room, members: true });
    await many(all.publisher, all.room, flood);
    await all.publisher.next('members', (m) => m.left[0]?.user === 'slow');
    all.slow.socket.resume();
    assert.deepEqual(await all.slow.closed(), { code: 4006, reason: 'slow_consumer' });
    assert.ok(all.watch.next < flood);
    const again = await Client.open(all.daemon, { user: 'slow' });
    again.onPush = (push) => all.watch.take(push);
    const { recovered } = await again.ask('join', { room: all.room, since: all.watch.since });
    assert.equal(recovered, true);
    await readsOnTo({ ...all, slow: again }, flood);
    assert.deepEqual([all.watch.received, all.watch.lost], [flood, 0]);
  });
});

/** How long a message takes from one client to another and back, again and again while `busy`. */
async function roundTrips(daemon, busy) {
  const room = newRoom();
  const [here, there] = [await Client.open(daemon), await Client.open(daemon)];
  for (const client of [here, there]) await client.ask('join', { room });
  there.onPush = () => there.send({ publish: { room, event: 'back', data: 1 } });
  const times = [];
  do {
    const start = performance.now();
    here.send({ publish: { room, event: 'forth', data: 1 } });
    await here.next('message');
    times.push(performance.now() - start);
  } while (busy());
  return times;
}

describe('promise 7: a catch-up starves nobody', () => {
  test('live messages go on while sixteen sessions read 12 MB each', async (t) => {
    const daemon = await daemonFor(t, { set: wholeHistory });
    const [room, publisher] = [newRoom(), await Client.open(daemon)];
    await many(publisher, room, 200);
    let reading = 16;
    const readers = await Promise.all(numbers(1, reading).map(() => Client.open(daemon)));
    for (const reader of readers) {
      let left = 200;
      reader.onPush = () => { reading -= --left === 0 ? 1 : 0; };
      reader.send({ join: { room, last: 200 } });
    }
    const times = await roundTrips(daemon, () => reading > 0);
    const slowest = Math.max(...times);
    t.diagnostic(`${times.length} round trips, the slowest took ${slowest.toFixed(0)} ms`);
    assert.ok(times.length >= 20, `${times.length} round trips`);
    assert.ok(slowest < 2000, `the slowest took ${slowest} ms`);
  });

  test('one that reads nothing keeps no other from its catch-up', async (t) => {
    const daemon = await daemonFor(t, { set: wholeHistory });
    const [room, publisher] = [newRoom(), await Client.open(daemon)];
    await many(publisher, room, 200);
    const stuck = await Promise.all(numbers(1, 8).map(() => Client.open(daemon)));
    for (const client of stuck) {
      client.send({ join: { room, last: 200 } });
      client.socket.pause();
    }
    const reader = await Client.open(daemon);
    await reader.ask('join', { room, last: 200 });
    assert.equal((await reader.messages(room, 200)).length, 200);
    for (const client of stuck) await client.cut();
  });
});
