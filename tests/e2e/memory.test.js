// The bar for memory: a million joins and leaves over 100,000 rooms end with the memory that they began with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from './support/client.js';
import { daemonFor } from './support/daemon.js';
import { metrics } from './support/http.js';
import { numbers } from './support/shape.js';
import { eventually } from './support/wait.js';

const pairs = Number(process.env.E2E_JOINS ?? 1_000_000);
const rooms = Number(process.env.E2E_ROOMS ?? 100_000);
const roomsPerSession = 1000;
/** What a reading of Pss varies by between two looks at an idle daemon, pages of the allocator's arenas. */
const noise = 1 << 20;
/** Joins and leaves of one connection that are sent in one go; a reply ends it. */
const batch = 500;

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

/** Every room with a member at once: as much as it can come to. */
async function fillAndEmpty(clients) {
  const mine = clients.map((client, at) => [client, numbers(0, rooms - 1).filter((i) => i % clients.length === at)]);
  for (const command of ['join', 'leave']) {
    await Promise.all(mine.map(async ([client, its]) => {
      for (const [sent, i] of its.entries()) {
        client.sendText(`{"${command}":{"room":"room-${i}"}}`);
        if (sent % 100 === 99) await client.fence(`room-${i}`);
      }
    }));
  }
}

/** Waits until every room has ended and the memory is at most `most` bytes, which is given back within a second. */
async function settled(daemon, most) {
  await eventually(async () => {
    const now = await metrics(daemon);
    return now.get('roomd_rooms') === 0 && now.get('roomd_members') === 0;
  }, 'every room ends', 60_000);
  await eventually(() => daemon.memory() <= most, `the memory falls to ${most} bytes (it is ${daemon.memory()})`, 15_000);
  return daemon.memory();
}

test(`memory: ${pairs} joins and leaves over ${rooms} rooms end with the memory they began with`, { timeout: 300_000 }, async (t) => {
  const set = { 'rooms.linger': '1s', 'presence.grace': '0ms', 'limits.rooms_per_session': `${roomsPerSession}` };
  const daemon = await daemonFor(t, { set });
  const clients = await Promise.all(numbers(1, rooms / roomsPerSession).map(() => Client.open(daemon)));
  const fresh = daemon.memory();
  await fillAndEmpty(clients);
  const full = daemon.memory();
  await joinAndLeave(clients, pairs / 4);
  const before = await settled(daemon, full / 6);
  const start = performance.now();
  await joinAndLeave(clients, pairs);
  const took = (performance.now() - start) / 1000;
  const after = await settled(daemon, before * 1.05 + noise);
  t.diagnostic(`${fresh} bytes fresh, ${full} full, ${before} before, ${after} after, ${Math.round(pairs / took)} joins and leaves a second`);
  assert.equal((await metrics(daemon)).get('roomd_errors_total'), 0);
});
