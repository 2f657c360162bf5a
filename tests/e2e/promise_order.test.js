// Section 4 of the protocol, promises 1, 2 and 8: order, no silent hole, no echo.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon } from './support/daemon.js';
import { RoomWatch } from './support/room_watch.js';
import { newRoom, numbers, seqs } from './support/shape.js';

let daemon;
before(async () => { daemon = await Daemon.start({ set: { 'rooms.history_size': '10000' } }); });
after(() => daemon.stop());

const open = (user) => Client.open(daemon, { user });
const say = (client, room, data, more = {}) => client.ask('publish', { room, event: 'e', data, ...more });

/** Several publishers at once, all of `count` messages under way. */
const flood = (publishers, room, count, more) => Promise.all(
  numbers(1, count).map((i) => say(publishers[i % publishers.length], room, i, more)),
);

describe('promise 1: order', () => {
  test('numbers are consecutive from 1, whoever publishes', async () => {
    const room = newRoom();
    const publishers = await Promise.all(numbers(1, 5).map(() => open()));
    const acks = await flood(publishers, room, 500);
    assert.deepEqual(seqs(acks).sort((a, b) => a - b), numbers(1, 500));
    assert.equal(new Set(acks.map((ack) => ack.epoch)).size, 1);
  });

  test('every member receives them increasing, each once', async () => {
    const room = newRoom();
    const publishers = await Promise.all(numbers(1, 3).map(() => open()));
    const members = await Promise.all(numbers(1, 6).map(() => open()));
    for (const member of members) await member.ask('join', { room });
    await flood(publishers, room, 300);
    for (const member of members) {
      assert.deepEqual(seqs(await member.messages(room, 300)), numbers(1, 300));
      await member.fence(room);
      assert.deepEqual(member.take(), []);
    }
  });

  test('all members see the same messages under the same numbers', async () => {
    const room = newRoom();
    const publishers = await Promise.all(numbers(1, 4).map(() => open()));
    const members = await Promise.all(numbers(1, 3).map(() => open()));
    for (const member of members) await member.ask('join', { room });
    await flood(publishers, room, 200);
    const [first, ...others] = await Promise.all(members.map((member) => member.messages(room, 200)));
    for (const other of others) assert.deepEqual(other, first);
  });

  test('one publisher’s messages keep the order in which it sent them', async () => {
    const room = newRoom();
    const [publisher, member] = await Promise.all([open(), open()]);
    await member.ask('join', { room });
    await flood([publisher], room, 300);
    assert.deepEqual((await member.messages(room, 300)).map((m) => m.data), numbers(1, 300));
  });

  test('leaving and joining again begins a new membership', async () => {
    const room = newRoom();
    const [publisher, member] = await Promise.all([open(), open()]);
    const { epoch } = await member.ask('join', { room });
    await flood([publisher], room, 3);
    await member.messages(room, 3);
    await member.ask('leave', { room });
    await member.ask('join', { room, since: { epoch, seq: 0 } });
    assert.deepEqual(seqs(await member.messages(room, 3)), [1, 2, 3]);
  });

  test('rooms number on their own', async () => {
    const client = await open();
    const rooms = numbers(1, 10).map(() => newRoom());
    for (const room of rooms) assert.equal((await say(client, room, 1)).seq, 1);
  });
});

describe('promise 2: no silent hole', () => {
  test('nobody hears a message before the reply to its join, and none is missing after it', async () => {
    const room = newRoom();
    const publisher = await open();
    const traffic = flood([publisher], room, 1000);
    const watches = await Promise.all(numbers(1, 20).map(async () => {
      const member = await open();
      const early = [];
      let watch;
      member.onPush = (push) => (watch ? watch.take(push) : early.push(push));
      const { epoch, seq } = await member.ask('join', { room });
      assert.deepEqual(early, []);
      watch = new RoomWatch(room, epoch, seq + 1);
      return { member, watch };
    }));
    await traffic;
    for (const { member, watch } of watches) {
      await member.fence(room);
      assert.deepEqual([watch.next, watch.lost, watch.restarts], [1001, 0, 0]);
    }
  });

  test('one’s own numbers come in the acknowledgements, in their places', async () => {
    const room = newRoom();
    const [ada, ben] = await Promise.all([open(), open()]);
    const { epoch } = await ada.ask('join', { room });
    const watch = new RoomWatch(room, epoch, 1);
    ada.onPush = (push) => watch.take(push);
    const own = numbers(1, 100).map((i) => say(ada, room, i).then(({ seq }) => watch.own(seq)));
    await Promise.all([...own, flood([ben], room, 100)]);
    await ada.fence(room);
    assert.deepEqual([watch.next, watch.lost], [201, 0]);
  });
});

describe('promise 8: the publisher is not echoed', () => {
  test('unless it asks', async () => {
    const room = newRoom();
    const ada = await open();
    await ada.ask('join', { room });
    await say(ada, room, 'silent');
    await say(ada, room, 'loud', { echo: true });
    const heard = await ada.next('message');
    assert.deepEqual([heard.seq, heard.data], [2, 'loud']);
    await ada.fence(room);
    assert.deepEqual(ada.take(), []);
  });

  test('the user’s other devices are served', async () => {
    const room = newRoom();
    const [phone, desk] = await Promise.all([open('ada'), open('ada')]);
    await phone.ask('join', { room });
    await desk.ask('join', { room });
    await say(phone, room, 'from my phone');
    const { user, session, data } = await desk.next('message');
    assert.deepEqual([user, session, data], ['ada', phone.session, 'from my phone']);
    await phone.fence(room);
    assert.deepEqual(phone.take(), []);
  });

  test('ephemeral ones: neither, unless it asks', async () => {
    const room = newRoom();
    const [phone, desk] = await Promise.all([open('ada'), open('ada')]);
    for (const device of [phone, desk]) await device.ask('join', { room });
    await say(phone, room, 1, { ephemeral: true });
    await say(phone, room, 2, { ephemeral: true, echo: true });
    assert.equal((await phone.next('message')).data, 2);
    assert.deepEqual((await desk.messages(room, 2)).map((m) => m.data), [1, 2]);
  });

  test('in a catch-up neither, while the session lives; a later session hears it', async () => {
    const room = newRoom();
    const [ada, ben] = await Promise.all([open('ada'), open('ben')]);
    const { epoch } = await say(ada, room, 'mine');
    await say(ben, room, 'yours');
    assert.equal((await ada.ask('join', { room, since: { epoch, seq: 0 } })).missed, 1);
    assert.equal((await ada.next('message')).data, 'yours');
    await ada.close();
    const again = await open('ada');
    assert.equal((await again.ask('join', { room, since: { epoch, seq: 0 } })).missed, 2);
    assert.deepEqual((await again.messages(room, 2)).map((m) => m.data), ['mine', 'yours']);
  });
});
