// Section 4 of the protocol, promise 3: resume.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon } from './support/daemon.js';
import { RoomWatch } from './support/room_watch.js';
import { newRoom, numbers, seqs } from './support/shape.js';

const kept = 2000;
let daemon;
before(async () => { daemon = await Daemon.start({ set: { 'rooms.history_size': `${kept}` } }); });
after(() => daemon.stop());

const open = () => Client.open(daemon);
const say = (client, room, data) => client.ask('publish', { room, event: 'e', data });

/** A room with `count` messages: its name, its epoch, who wrote them. */
async function written(count) {
  const [room, publisher] = [newRoom(), await open()];
  const { epoch } = await publisher.ask('join', { room });
  await Promise.all(numbers(1, count).map((i) => say(publisher, room, i)));
  return { room, epoch, publisher };
}

describe('promise 3: resume', () => {
  test('everything after the position, in order, then live', async () => {
    const { room, epoch, publisher } = await written(10);
    const late = await open();
    const reply = await late.ask('join', { room, since: { epoch, seq: 4 } });
    assert.deepEqual(reply, { room, epoch, seq: 10, recovered: true, missed: 6 });
    await say(publisher, room, 11);
    assert.deepEqual(seqs(await late.messages(room, 7)), numbers(5, 11));
  });

  test('at the head: nothing is missed', async () => {
    const { room, epoch, publisher } = await written(10);
    const late = await open();
    const { recovered, missed } = await late.ask('join', { room, since: { epoch, seq: 10 } });
    assert.deepEqual([recovered, missed], [true, 0]);
    await say(publisher, room, 11);
    assert.equal((await late.nextPush()).body.seq, 11);
  });

  test('under live traffic: neither hole nor repeat at the seam', async () => {
    const { room, epoch, publisher } = await written(300);
    const traffic = Promise.all(numbers(1, 1500).map((i) => say(publisher, room, i)));
    const watches = await Promise.all(numbers(0, 29).map(async (i) => {
      const member = await open();
      const watch = new RoomWatch(room, epoch, i * 10 + 1);
      member.onPush = (push) => watch.take(push);
      const { recovered, seq, missed } = await member.ask('join', { room, since: watch.since });
      assert.deepEqual([recovered, missed], [true, seq - i * 10]);
      return { member, watch };
    }));
    await traffic;
    for (const { member, watch } of watches) {
      while (watch.next <= 1800) await member.fence(room);
      assert.deepEqual([watch.next, watch.lost, watch.restarts], [1801, 0, 0]);
    }
  });

  test('of a long history with large messages: page after page, nothing lost', async () => {
    const [room, publisher, late] = [newRoom(), await open(), await open()];
    const { epoch } = await publisher.ask('join', { room });
    await Promise.all(numbers(1, 120).map(() => say(publisher, room, 'x'.repeat(50_000))));
    assert.equal((await late.ask('join', { room, since: { epoch, seq: 0 } })).missed, 120);
    assert.deepEqual(seqs(await late.messages(room, 120)), numbers(1, 120));
  });

  test('the reply comes first, then the gap, then the missed messages, then live ones', async () => {
    const { room, epoch, publisher } = await written(kept + 50);
    const late = await open();
    const order = [];
    late.onPush = ({ kind, body }) => order.push([kind, body.seq ?? body]);
    const reply = await late.ask('join', { room, since: { epoch, seq: 10 } });
    assert.deepEqual(order, []);
    assert.deepEqual(reply, { room, epoch, seq: kept + 50, recovered: false, missed: kept });
    await say(publisher, room, 'live');
    while (order.length < kept + 2) await late.fence(room);
    assert.deepEqual(order, [
      ['gap', { room, from: 11, to: 50 }],
      ...numbers(51, kept + 51).map((seq) => ['message', seq]),
    ]);
  });

  test('just within the history: no gap', async () => {
    const { room, epoch } = await written(kept + 50);
    const late = await open();
    const { recovered, missed } = await late.ask('join', { room, since: { epoch, seq: 50 } });
    assert.deepEqual([recovered, missed], [true, kept]);
    assert.equal((await late.nextPush()).body.seq, 51);
  });

  test('one before the history: a gap of one', async () => {
    const { room, epoch } = await written(kept + 50);
    const late = await open();
    const { recovered, missed } = await late.ask('join', { room, since: { epoch, seq: 49 } });
    assert.deepEqual([recovered, missed], [false, kept]);
    assert.deepEqual((await late.nextPush()).body, { room, from: 50, to: 50 });
  });

  test('an unknown epoch: an epoch push and everything that is kept', async () => {
    const { room, epoch, publisher } = await written(5);
    const late = await open();
    const reply = await late.ask('join', { room, since: { epoch: 'never', seq: 3 } });
    assert.deepEqual(reply, { room, epoch, seq: 5, recovered: false, missed: 5 });
    assert.deepEqual(await late.nextPush().then(({ kind, body }) => [kind, body]), ['epoch', { room, epoch, seq: 0 }]);
    await say(publisher, room, 6);
    assert.deepEqual(seqs(await late.messages(room, 6)), numbers(1, 6));
  });

  test('an unknown epoch of a room whose beginning is gone: from the oldest kept', async () => {
    const { room, epoch } = await written(kept + 7);
    const late = await open();
    assert.equal((await late.ask('join', { room, since: { epoch: '', seq: 0 } })).missed, kept);
    assert.deepEqual((await late.nextPush()).body, { room, epoch, seq: 7 });
    assert.equal((await late.nextPush()).body.seq, 8);
  });

  test('an unknown epoch of an empty room: an epoch push, then live', async () => {
    const [room, late, publisher] = [newRoom(), await open(), await open()];
    const reply = await late.ask('join', { room, since: { epoch: 'never', seq: 9 } });
    assert.deepEqual([reply.seq, reply.recovered, reply.missed], [0, false, 0]);
    assert.deepEqual((await late.nextPush()).body, { room, epoch: reply.epoch, seq: 0 });
    await say(publisher, room, 1);
    assert.equal((await late.nextPush()).body.seq, 1);
  });

  test('beyond the head: recovered false, an epoch push with the head, then live', async () => {
    const { room, epoch, publisher } = await written(5);
    const late = await open();
    const reply = await late.ask('join', { room, since: { epoch, seq: 9 } });
    assert.deepEqual(reply, { room, epoch, seq: 5, recovered: false, missed: 0 });
    assert.deepEqual(await late.nextPush().then(({ kind, body }) => [kind, body]), ['epoch', { room, epoch, seq: 5 }]);
    await say(publisher, room, 6);
    assert.equal((await late.nextPush()).body.seq, 6);
  });

  test('many rooms at once by one session: each of them whole', async () => {
    const rooms = await Promise.all(numbers(1, 20).map(() => written(30)));
    const late = await open();
    await Promise.all(rooms.map(({ room, epoch }) => late.ask('join', { room, since: { epoch, seq: 10 } })));
    for (const { room } of rooms) assert.deepEqual(seqs(await late.messages(room, 20)), numbers(11, 30));
  });

  test('leaving in the middle of a catch-up ends it, and joining again begins it anew', async () => {
    const [room, publisher, late] = [newRoom(), await open(), await open()];
    const { epoch } = await publisher.ask('join', { room });
    await Promise.all(numbers(1, 100).map(() => say(publisher, room, 'x'.repeat(50_000))));
    const [, left] = await Promise.all([
      late.ask('join', { room, since: { epoch, seq: 0 } }), late.ask('leave', { room }),
    ]);
    assert.deepEqual(left, { room });
    late.take();
    await late.ask('join', { room, since: { epoch, seq: 40 } });
    assert.deepEqual(seqs(await late.messages(room, 60)), numbers(41, 100));
  });
});

describe('promise 2: no silent hole in a resume', () => {
  test('ephemeral messages are not part of it', async () => {
    const { room, epoch, publisher } = await written(2);
    await publisher.ask('publish', { room, event: 'e', data: 0, ephemeral: true });
    await say(publisher, room, 3);
    const late = await open();
    assert.equal((await late.ask('join', { room, since: { epoch, seq: 1 } })).missed, 2);
    assert.deepEqual(seqs(await late.messages(room, 2)), [2, 3]);
  });
});
