// The bar for recovery: clients whose lines are cut at random moments end with every number exactly once, or with a
// gap for it. Chance can be had again: E2E_SEED.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from './support/client.js';
import { daemonFor, patient } from './support/daemon.js';
import { Feed } from './support/feed.js';
import { seededRandom } from './support/random.js';
import { RecoveringMember } from './support/recovering_member.js';
import { newRoom, numbers } from './support/shape.js';

/** Runs `rooms` rooms with `members` members each, and returns the members. */
async function cutAtRandom(t, daemon, { rooms, members, messages, ...how }) {
  const random = seededRandom(t);
  const all = [];
  const feeds = await Promise.all(numbers(1, rooms).map(async () => (
    new Feed(await Client.open(daemon, { allowSynchronousEvents: true }), newRoom(), messages, how.lead)
  )));
  for (const feed of feeds) {
    const here = numbers(1, members).map(() => new RecoveringMember(daemon, feed, random, how));
    await Promise.all(here.map((member) => member.enter()));
    all.push(...here);
  }
  const start = performance.now();
  await Promise.all([...feeds.map((feed) => feed.run()), ...all.map((member) => member.run())]);
  const cuts = all.reduce((sum, member) => sum + member.cuts, 0);
  t.diagnostic(`${all.length} clients, ${cuts} cuts, ${rooms * messages} messages, ${Math.round(performance.now() - start)} ms`);
  return all;
}

const sum = (all, of) => all.reduce((total, member) => total + of(member), 0);

test('recovery: 200 clients in 20 rooms, each cut 20 times, 50,000 messages: every number exactly once', { timeout: 300_000 }, async (t) => {
  const daemon = await daemonFor(t, { set: { ...patient, 'rooms.history_size': '5000' } });
  const shape = { rooms: 20, members: 10, messages: 2500, cuts: 20, away: 200, lead: 400 };
  const all = await cutAtRandom(t, daemon, shape);
  assert.equal(sum(all, (m) => m.cuts), 200 * 20);
  assert.equal(sum(all, (m) => m.watch.received), 200 * 2500);
  assert.deepEqual([sum(all, (m) => m.watch.lost), sum(all, (m) => m.watch.restarts), sum(all, (m) => m.unrecovered)], [0, 0, 0]);
});

test('recovery: with a history that is too short, every number exactly once or a gap for it', { timeout: 300_000 }, async (t) => {
  const daemon = await daemonFor(t, { set: { ...patient, 'rooms.history_size': '50' } });
  const shape = { rooms: 4, members: 10, messages: 2500, cuts: 20, away: 200, lead: 400 };
  const all = await cutAtRandom(t, daemon, shape);
  for (const { watch } of all) assert.equal(watch.received + watch.lost, 2500);
  assert.ok(sum(all, (m) => m.watch.lost) > 0 && sum(all, (m) => m.unrecovered) > 0);
});
