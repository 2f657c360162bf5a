// Section 6 of the protocol: every close code, with what leads to it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon, daemonFor } from './support/daemon.js';
import { get, metrics } from './support/http.js';
import { newRoom } from './support/shape.js';
import { eventually } from './support/wait.js';

let daemon;
before(async () => { daemon = await Daemon.start(); });
after(() => daemon.stop());

test('close 1000: the client’s own close is answered', async () => {
  const client = await Client.open(daemon);
  client.socket.close(1000, 'bye');
  assert.equal((await client.closed()).code, 1000);
});

test('close 1001: the node drains', async () => {
  const own = await Daemon.start();
  const client = await Client.open(own);
  own.signal('SIGTERM');
  assert.deepEqual(await client.closed(), { code: 1001, reason: 'draining' });
  assert.equal(await own.ended(), 0);
});

test('close 1007: invalid UTF-8', async () => {
  for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80]]) {
    const client = await Client.open(daemon);
    client.sendText(Buffer.concat([Buffer.from('{"pong":{"a":"'), Buffer.from(bytes), Buffer.from('"}}')]));
    assert.equal((await client.closed()).code, 1007, `bytes ${bytes}`);
  }
});

test('close 1009: a message longer than max_message; one of that length is taken', async () => {
  const client = await Client.open(daemon);
  const most = client.welcome.max_message;
  const text = (bytes) => `{"pong":{}}${' '.repeat(bytes - 11)}`;
  client.sendText(text(most));
  await client.fence('a');
  client.sendText(text(most + 1));
  assert.equal((await client.closed()).code, 1009);
});

test('close 1009: also in fragments', async () => {
  const client = await Client.open(daemon);
  const part = ' '.repeat(client.welcome.max_message / 2 + 1);
  client.socket.send(part, { binary: false, fin: false });
  client.socket.send(part, { binary: false, fin: false });
  assert.equal((await client.closed()).code, 1009);
});

test('close 1011', { skip: 'no fault is known that a client could bring about' }, () => {});

test('close 4001 unauthorized: a command before hello', async () => {
  const client = await Client.open(daemon, { hello: false });
  client.send({ join: { room: 'a' } });
  assert.deepEqual(await client.closed(), { code: 4001, reason: 'unauthorized' });
});

test('close 4002 token_expired', { skip: 'needs tokens' }, () => {});
test('close 4003 disconnected', { skip: 'needs tokens and the backend’s API' }, () => {});

test('close 4004 handshake_timeout: hello did not come', async (t) => {
  const hasty = await daemonFor(t, { set: { 'session.handshake_timeout': '200ms' } });
  const silent = await Client.open(hasty, { hello: false });
  assert.deepEqual(await silent.closed(), { code: 4004, reason: 'handshake_timeout' });
});

test('close 4005 ping_timeout: a ping was not answered', async (t) => {
  const brisk = await daemonFor(t, { set: { 'session.ping_interval': '200ms', 'session.ping_timeout': '100ms' } });
  const silent = await Client.open(brisk, { pong: false });
  const room = newRoom();
  await silent.ask('join', { room });
  assert.deepEqual(await silent.closed(), { code: 4005, reason: 'ping_timeout' });
  const other = await Client.open(brisk);
  assert.deepEqual((await other.ask('members', { room })).members[0]?.sessions ?? [], []);
});

test('close 4005: any message from the client is a sign of life', async (t) => {
  const brisk = await daemonFor(t, { set: { 'session.ping_interval': '200ms', 'session.ping_timeout': '150ms' } });
  const busy = await Client.open(brisk, { pong: false });
  for (let pings = 0; pings < 3; ++pings) {
    await busy.next('ping');
    await busy.ask('members', { room: 'a' });
  }
});

test('close 4006 slow_consumer', async (t) => {
  const short = await daemonFor(t, { set: { 'session.write_timeout': '2s', 'presence.grace': '0ms' } });
  const room = newRoom();
  const [slow, watcher] = [await Client.open(short, { user: 'slow' }), await Client.open(short)];
  await slow.ask('join', { room });
  await watcher.ask('join', { room, members: true });
  slow.socket.pause();
  const gone = watcher.next('members', (m) => m.left[0]?.user === 'slow');
  let waits = true;
  gone.finally(() => { waits = false; });
  while (waits) await watcher.ask('publish', { room, event: 'e', data: 'x'.repeat(60_000) });
  await gone;
  slow.onPush = () => {};
  slow.socket.resume();
  assert.deepEqual(await slow.closed(), { code: 4006, reason: 'slow_consumer' });
});

test('close 4007 protocol_error: a text that is not one JSON object', async () => {
  const client = await Client.open(daemon);
  client.sendText('[]');
  assert.deepEqual(await client.closed(), { code: 4007, reason: 'protocol_error' });
});

test('close 4008 too_many_connections: limits.connections; one that goes makes room', async (t) => {
  const small = await daemonFor(t, { set: { 'limits.connections': '2' } });
  const [first] = [await Client.open(small), await Client.open(small)];
  const third = await Client.open(small, { hello: false });
  assert.deepEqual(await third.closed(), { code: 4008, reason: 'too_many_connections' });
  await first.close();
  await eventually(async () => {
    const again = await Client.open(small).catch(() => undefined);
    return again;
  }, 'a place is free again');
});

test('closes are counted by code', async () => {
  const count = async () => (await metrics(daemon)).get('roomd_closes_total{code="4007"}') ?? 0;
  const before = await count();
  const client = await Client.open(daemon);
  client.sendText('[]');
  await client.closed();
  await eventually(async () => (await count()) > before, 'the close is counted');
  assert.equal((await get(daemon, '/health')).status, 200);
});
