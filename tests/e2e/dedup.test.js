// The bar for deduplication: many publishers send the same keyed messages at once and retry at random.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from './support/client.js';
import { daemonFor, patient } from './support/daemon.js';
import { Random, seededRandom } from './support/random.js';
import { newRoom, numbers } from './support/shape.js';

const keys = 10_000;
const underWay = 60;

/** Publishes every key, sends some again, and cuts its own line now and then; what was not acknowledged goes again. */
class RestlessPublisher {
  /** Key → the one number that its acknowledgements name. */
  numbers = new Map();
  duplicates = 0;
  cuts = 0;

  constructor(daemon, room, seed) {
    Object.assign(this, { daemon, room, random: new Random(seed) });
  }

  async run() {
    this.left = numbers(1, keys);
    while (this.left.length > 0) {
      const client = await Client.open(this.daemon, { allowSynchronousEvents: true });
      await this.#publishUntilCut(client);
      await client.cut();
      ++this.cuts;
    }
  }

  async #publishUntilCut(client) {
    let untilCut = 200 + this.random.below(1800);
    const lane = async () => {
      while (this.left.length > 0) {
        if (untilCut-- === 0) client.socket.terminate();
        if (untilCut < 0) return;
        const key = this.left.shift();
        if (!(await this.#publish(client, key))) this.left.unshift(key);
        else if (this.random.chance(0.05)) await this.#publish(client, 1 + this.random.below(key));
      }
    };
    await Promise.all(numbers(1, underWay).map(lane));
  }

  /** False: the line was cut before the acknowledgement. */
  async #publish(client, key) {
    const command = { room: this.room, event: 'e', data: key, key: `key-${key}` };
    const ack = await client.ask('publish', command).catch((error) => {
      if (error.code >= 1000) return undefined;
      throw error;
    });
    if (!ack) return false;
    assert.equal(ack.seq, this.numbers.get(key) ?? ack.seq, `key ${key} got another number`);
    this.numbers.set(key, ack.seq);
    if (ack.duplicate) ++this.duplicates;
    return true;
  }
}

test('dedup: 8 clients publish the same 10,000 keys at once and retry at random: 10,000 messages, equal numbers', { timeout: 300_000 }, async (t) => {
  const random = seededRandom(t);
  const set = { ...patient, 'rooms.dedup_size': '20000', 'rooms.history_size': '20000' };
  const daemon = await daemonFor(t, { set });
  const [room, member] = [newRoom(), await Client.open(daemon)];
  await member.ask('join', { room });
  const publishers = numbers(1, 8).map(() => new RestlessPublisher(daemon, room, random.below(2 ** 32)));
  await Promise.all(publishers.map((publisher) => publisher.run()));

  const heard = new Map((await member.messages(room, keys)).map(({ seq, data, key }) => {
    assert.equal(key, `key-${data}`);
    return [data, seq];
  }));
  await member.fence(room);
  assert.deepEqual(member.take(), []);
  assert.equal(heard.size, keys);
  assert.equal((await member.ask('history', { room, limit: 1 })).seq, keys);
  for (const publisher of publishers) {
    assert.deepEqual([...publisher.numbers].filter(([key, seq]) => heard.get(key) !== seq), []);
  }
  const count = (of) => publishers.reduce((total, publisher) => total + publisher[of], 0);
  t.diagnostic(`${count('cuts')} cuts, ${count('duplicates')} duplicates acknowledged`);
  assert.ok(count('cuts') > 8 && count('duplicates') > 7 * keys * 0.9);
});
