// Socket activation: a socket that the service manager opened and hands over is served.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { Client } from './support/client.js';
import { binary, Daemon } from './support/daemon.js';
import { get } from './support/http.js';
import { numbers } from './support/shape.js';
import { eventually } from './support/wait.js';

const activator = '/usr/bin/systemd-socket-activate';
const present = existsSync(activator) ? {} : { skip: 'there is no systemd-socket-activate' };

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** The program waits behind the activator until the first connection comes. */
async function activated(t, args = []) {
  const port = await freePort();
  const daemon = new Daemon([activator, '-l', `127.0.0.1:${port}`, binary, ...args]);
  daemon.port = port;
  t.after(() => daemon.signal('SIGKILL'));
  await daemon.line(/Listening on/);
  return daemon;
}

test('a handed-over socket is served, server.listen is not, and SIGTERM ends it well', present, async (t) => {
  const other = await freePort();
  const daemon = await activated(t, ['--listen', `127.0.0.1:${other}`, '--set', 'drain.window=0ms']);
  const clients = await Promise.all(numbers(1, 10).map(() => Client.open(daemon)));
  assert.equal((await get(daemon, '/health')).status, 200);
  await assert.rejects(Client.open(`ws://127.0.0.1:${other}/v1/ws`), /ECONNREFUSED/);
  assert.ok(daemon.log.some((line) => / net\.listen inherited=3/.test(line)), daemon.log.join('\n'));
  daemon.signal('SIGTERM');
  for (const client of clients) assert.equal((await client.closed()).code, 1001);
  assert.equal(await daemon.ended(), 0);
});

test('the connection that woke it is served, and soon it is ready', present, async (t) => {
  const daemon = await activated(t);
  assert.equal((await get(daemon, '/health')).status, 200);
  await eventually(async () => (await get(daemon, '/ready')).status === 200, 'it is ready');
});
