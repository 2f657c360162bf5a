// The bar for memory: a million joins and leaves over 100,000 rooms end with the memory that they began with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from './support/client.js';
import { daemonFor, patient } from './support/daemon.js';
import { metrics } from './support/http.js';
import { numbers } from './support/shape.js';
import { eventually } from './support/wait.js';

const pairs = Number(process.env.E2E_JOINS ?? 1_000_000);
const rooms = Number(process.env.E2E_ROOMS ?? 100_000);
const roomsPerSession = 1000;
/** Joins and leaves of one connection that are sent in one go; a reply ends it. */
const batch = 500;
/** A leak grows in every round, what the allocator happens to keep does not: one round without growth is enough. */
const mostRounds = 3;

/** `count` times join and leave, dealt to the connections, over all rooms in turn. */
async function joinAndLeave(clients, count) {
  let turn = 0;
  await Promise.all(clients.map(async (client) => {
    while (turn < count) {
      const from = turn;
      turn += batch;
      for (const i of numbers(from, Math.min(turn, count) - 1)) {
        const body = `{"room":"room-${i % rooms}"}`;
        client.sendText(`{"join":${body}}`);
        client.sendText(`{"leave":${body}}`);
      }
      await client.fence(`room-${(turn - 1) % rooms}`);
    }
  }));
}

/** Every room with a member at once, or none: `command` is join or leave. */
async function all(clients, command) {
  const mine = clients.map((client, at) => [client, numbers(0, rooms - 1).filter((i) => i % clients.length === at)]);
  await Promise.all(mine.map(async ([client, its]) => {
    for (const [sent, i] of its.entries()) {
      client.sendText(`{"${command}":{"room":"room-${i}"}}`);
      if (sent % 100 === 99) await client.fence(`room-${i}`);
    }
  }));
}

async function everyRoomEnds(daemon) {
  await eventually(async () => {
    const now = await metrics(daemon);
    return now.get('roomd_rooms') === 0 && now.get('roomd_members') === 0;
  }, 'every room ends', 60_000);
}

/** The memory once it has stopped falling: the least of what is seen until nothing less comes for five seconds. */
async function floor(daemon) {
  let least = daemon.memory();
  let since = performance.now();
  await eventually(() => {
    const now = daemon.memory();
    if (now < least) [least, since] = [now, performance.now()];
    return performance.now() - since > 5000;
  }, 'the memory stops falling', 60_000);
  return least;
}

test(`memory: ${pairs} joins and leaves over ${rooms} rooms end with the memory they began with`, { timeout: 600_000 }, async (t) => {
  const unlimited = { 'limits.new_rooms_per_session': '0', 'limits.new_rooms_per_address': '0' };
  const set = { ...patient, ...unlimited, 'rooms.linger': '1s', 'presence.grace': '0ms', 'limits.rooms_per_session': `${roomsPerSession}` };
  const daemon = await daemonFor(t, { set });
  const clients = await Promise.all(numbers(1, rooms / roomsPerSession).map(() => Client.open(daemon)));
  const fresh = daemon.memory();
  await all(clients, 'join');
  const full = daemon.memory();
  await all(clients, 'leave');
  await joinAndLeave(clients, pairs);
  await everyRoomEnds(daemon);
  const held = [await floor(daemon)];
  const grows = () => held.length < 2 || held.at(-1) > held.at(-2) * 1.05;
  const start = performance.now();
  for (let round = 0; round < mostRounds && grows(); round++) {
    await joinAndLeave(clients, pairs);
    await everyRoomEnds(daemon);
    held.push(await floor(daemon));
  }
  const took = (performance.now() - start) / 1000;
  t.diagnostic(`${fresh} bytes fresh, ${full} full, then ${held.join(', ')}; ${held.length - 1} rounds in ${Math.round(took)} s`);
  assert.ok(!grows(), `every round leaves more: ${held.join(', ')} bytes`);
  assert.ok(held.at(-1) < full / 4, `${held.at(-1)} bytes are left of ${full}`);
  assert.equal((await metrics(daemon)).get('roomd_errors_total'), 0);
});
