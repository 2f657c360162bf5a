// The playground across two nodes that share a Redis: to its visitors they are one.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Daemon } from '../support/daemon.js';
import { needsRedis, RedisServer } from '../support/redis_server.js';
import { newRoom, startBrowser, Visitor } from './browser.js';

describe('playground on two nodes', { ...needsRedis, timeout: 120_000 }, () => {
  let browser;
  let redis;
  let nodes;
  const startNode = () => Daemon.start({
    set: { 'engine.type': 'redis', 'redis.address': redis.address, 'presence.lease': '2s', 'presence.grace': '1s' },
  });
  before(async () => {
    [browser, redis] = await Promise.all([startBrowser(), RedisServer.start()]);
    nodes = await Promise.all([startNode(), startNode()]);
  });
  after(async () => {
    await browser?.close();
    await Promise.all((nodes ?? []).map((node) => node.stop()));
    redis?.stop();
  });

  let room;
  let ada;
  let ben;
  beforeEach(async () => {
    room = newRoom();
    ada = await Visitor.enter(browser, { at: nodes[0].http, room, user: '1', name: 'Ada Lovelace' });
    ben = await Visitor.enter(browser, { at: nodes[1].http, room, user: '2', name: 'Ben' });
  });

  test('messages go both ways under one numbering', async () => {
    await ada.say('good morning');
    await ben.sees('good morning');
    await ben.say('and to you');
    await ada.sees('and to you');
    assert.equal(await ada.numberOf('and to you'), 2);
    assert.deepEqual(await ben.texts(), ['good morning', 'and to you']);
    await Promise.all([ada, ben].map((visitor) => visitor.keptItsPromises()));
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });

  test('everyone sees who is there, with devices on either node', async () => {
    await ada.seesMember('2', 'Ben');
    await ben.seesMember('1', 'Ada Lovelace');
    const phone = await Visitor.enter(browser, { at: nodes[1].http, room, user: '1', name: 'Ada Lovelace' });
    await ben.seesDevices('1', 2);
    await ada.seesDevices('1', 2);
    await phone.leave();
    await ada.seesDevices('1', 1);
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });

  test('who was away catches up with what was said on the other node', async () => {
    await ada.say('before');
    await ben.sees('before');
    await ben.cut('2000');
    for (const text of ['one', 'two', 'three']) await ada.say(text);
    await ben.isIn('live');
    await ben.sees('three');
    assert.deepEqual(await ben.texts(), ['before', 'one', 'two', 'three']);
    await Promise.all([ada, ben].map((visitor) => visitor.keptItsPromises()));
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });

  test('a node’s death takes its visitors from the others’ lists', async () => {
    await ada.seesMember('2', 'Ben');
    nodes[1].signal('SIGKILL');
    await nodes[1].ended();
    await ada.member('2').waitFor({ state: 'detached', timeout: 30_000 });
    await ada.say('anyone?');
    assert.equal(await ada.numberOf('anyone?'), 1);
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
    nodes[1] = await startNode();
  });
});
