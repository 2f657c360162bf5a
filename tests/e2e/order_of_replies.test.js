// Replies to one room's commands come in the order in which the commands were sent, also where Redis has to store a
// publish first.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon } from './support/daemon.js';
import { needsRedis, RedisServer } from './support/redis_server.js';
import { newRoom } from './support/shape.js';

describe('replies to the commands of one room, with Redis', needsRedis, () => {
  let redis;
  let daemon;
  before(async () => {
    redis = await RedisServer.start();
    daemon = await Daemon.start({ set: { 'engine.type': 'redis', 'redis.address': redis.address } });
  });
  after(async () => {
    await daemon?.stop();
    redis?.stop();
  });

  test('come in the order of the commands, whatever is behind a publish', async () => {
    const client = await Client.open(daemon);
    const arrived = [];
    const ask = (command, fields) => client.ask(command, fields).then(() => arrived.push(command));
    for (const command of ['leave', 'join', 'history', 'members']) {
      for (let i = 0; i < 20; ++i) {
        const room = newRoom();
        arrived.length = 0;
        await Promise.all([
          ask('join', { room }),
          ask('publish', { room, event: 'e', data: i }),
          ask('publish', { room, event: 'e', data: i }),
          ask(command, { room }),
        ]);
        assert.deepEqual(arrived, ['join', 'publish', 'publish', command]);
      }
    }
  });
});
