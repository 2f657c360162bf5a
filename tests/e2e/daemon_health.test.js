// `roomd --health`: whether a roomd answers, as an exit code and one line.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { binary, daemonFor } from './support/daemon.js';

/** `[code, stdout, stderr]`; not synchronous, because some of the servers that are asked live in this process. */
async function health(...args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ROOMD_')));
  const child = spawn(binary, ['--health', ...args], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => { out += text; });
  child.stderr.on('data', (text) => { err += text; });
  const [code] = await once(child, 'close');
  return [code, out, err];
}

async function serverFor(t, answer) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    answer(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/health`;
}

test('a URL: 0 and what it said', async (t) => {
  const daemon = await daemonFor(t);
  assert.deepEqual(await health(`${daemon.http}/ready`), [0, `roomd: ${daemon.http}/ready: 200 "{\\"status\\":\\"ready\\"}"\n`, '']);
});

test('no URL: the listener of the settings, and a path alone', async (t) => {
  const daemon = await daemonFor(t, { listen: '0.0.0.0:0', args: ['--insecure'] });
  assert.equal((await health('--listen', `0.0.0.0:${daemon.port}`))[0], 0);
  assert.equal((await health('/ready', '--listen', `0.0.0.0:${daemon.port}`))[0], 0);
  assert.match((await health('/nothing/here/at/all', '--listen', `127.0.0.1:${daemon.port}`))[2], /: 404 /);
});

test('over TLS, whatever the certificate says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'roomd-e2e-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-subj', '/CN=chat.example.org', '-days', '2', '-keyout', key, '-out', certificate], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const daemon = await daemonFor(t, { set: { 'tls.listen': '127.0.0.1:0', 'tls.certificate': certificate, 'tls.key': key } });
  const url = `https://127.0.0.1:${daemon.tlsPort}/ready`;
  assert.deepEqual(await health(url), [0, `roomd: ${url}: 200 "{\\"status\\":\\"ready\\"}"\n`, '']);
  assert.equal((await health(url.replace(daemon.tlsPort, daemon.port)))[0], 1);
});

describe('1 where', () => {
  test('nobody listens', async (t) => {
    const url = await serverFor(t, () => {});
    const [code, , err] = await health(url.replace(/:\d+\//, ':1/'));
    assert.deepEqual([code, /Connection refused/.test(err)], [1, true], err);
  });

  test('the answer is another than 200', async (t) => {
    const url = await serverFor(t, (socket) => socket.end('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'));
    const [code, , err] = await health(url);
    assert.deepEqual([code, /: 503/.test(err)], [1, true], err);
  });

  test('nothing is answered', async (t) => {
    const url = await serverFor(t, () => {});
    const [code, , err] = await health(url);
    assert.deepEqual([code, /no answer/.test(err)], [1, true], err);
  });

  test('the answer is none, or has no end', async (t) => {
    for (const answer of [(socket) => socket.end('SSH-2.0\r\n'), (socket) => socket.destroy(),
      (socket) => socket.write(`HTTP/1.1 500 ${'x'.repeat(1 << 20)}`)]) {
      assert.equal((await health(await serverFor(t, answer)))[0], 1);
    }
  });

  test('the URL is none, or names a host that has to be looked up', async () => {
    for (const url of ['http://example.org/', 'http://', 'ftp://127.0.0.1/', 'nonsense']) {
      const [code, , err] = await health(url);
      assert.deepEqual([code, /wants http/.test(err)], [1, true], err);
    }
  });
});
