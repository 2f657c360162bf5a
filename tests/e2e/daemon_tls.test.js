// The TLS listener: wss and https with a certificate of our own, and another one after SIGHUP.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { Client } from './support/client.js';
import { daemonFor } from './support/daemon.js';
import { newRoom, numbers, seqs } from './support/shape.js';
import { within } from './support/wait.js';

const folder = mkdtempSync(join(tmpdir(), 'roomd-e2e-tls-'));
const path = (name) => join(folder, name);

function makeCertificate(name) {
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', path(`${name}.key`), '-out', path(`${name}.pem`),
  ], { stdio: 'ignore' });
}

function use(name) {
  copyFileSync(path(`${name}.pem`), path('live.pem'));
  copyFileSync(path(`${name}.key`), path('live.key'));
}

before(() => ['first', 'second'].forEach(makeCertificate));
after(() => rmSync(folder, { recursive: true }));

function start(t, more = {}) {
  use('first');
  return daemonFor(t, {
    set: { 'tls.listen': '127.0.0.1:0', 'tls.certificate': path('live.pem'), 'tls.key': path('live.key'), ...more },
  });
}

const open = (daemon, name = 'first') => Client.open(daemon.wss, { ca: readFileSync(path(`${name}.pem`)) });

/** Whose certificate a new connection is shown. */
function shown(daemon) {
  return within(new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: daemon.tlsPort, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on('error', reject);
  }), 'a TLS handshake');
}

describe('TLS', () => {
  test('wss serves rooms like ws, and they are the same rooms', async (t) => {
    const daemon = await start(t);
    const [room, plain, secure] = [newRoom(), await Client.open(daemon), await open(daemon)];
    await secure.ask('join', { room });
    await plain.ask('join', { room });
    await plain.ask('publish', { room, event: 'e', data: 'to wss' });
    assert.equal((await secure.next('message')).data, 'to wss');
    await secure.ask('publish', { room, event: 'e', data: 'to ws' });
    assert.equal((await plain.next('message')).data, 'to ws');
    await secure.close();
  });

  test('large messages and a resume go through whole', async (t) => {
    const daemon = await start(t);
    const [room, publisher, late] = [newRoom(), await open(daemon), await open(daemon)];
    const data = 'x'.repeat(60_000);
    const acks = await Promise.all(numbers(1, 100).map(() => publisher.ask('publish', { room, event: 'e', data })));
    await late.ask('join', { room, since: { epoch: acks[0].epoch, seq: 0 } });
    const messages = await late.messages(room, 100);
    assert.deepEqual(seqs(messages), numbers(1, 100));
    assert.ok(messages.every((message) => message.data === data));
  });

  test('a drain closes with 1001 here too', async (t) => {
    const daemon = await start(t);
    const client = await open(daemon);
    daemon.signal('SIGTERM');
    assert.equal((await client.closed()).code, 1001);
    assert.equal(await daemon.ended(), 0);
  });

  test('SIGHUP: new connections are shown the new certificate, old ones stay', async (t) => {
    const daemon = await start(t);
    const early = await open(daemon);
    assert.equal(await shown(daemon), 'first');
    use('second');
    daemon.signal('SIGHUP');
    await daemon.line(/ config\.reloaded /);
    assert.equal(await shown(daemon), 'second');
    await early.fence('a');
    await (await open(daemon, 'second')).close();
  });

  test('SIGHUP with a certificate that does not fit its key: the old one stays', async (t) => {
    const daemon = await start(t);
    copyFileSync(path('second.pem'), path('live.pem'));
    daemon.signal('SIGHUP');
    await daemon.line(/ config\.kept /);
    assert.equal(await shown(daemon), 'first');
    writeFileSync(path('live.pem'), 'no certificate');
    daemon.signal('SIGHUP');
    await daemon.line(/ config\.kept /);
    assert.equal(await shown(daemon), 'first');
  });

  test('who speaks no TLS there is cut off, and others are served', async (t) => {
    const daemon = await start(t, { 'http.header_timeout': '500ms' });
    const ends = ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', ''].map((text) => within(new Promise((resolve) => {
      const socket = connectTcp(daemon.tlsPort, '127.0.0.1', () => socket.write(text));
      socket.on('close', resolve).on('error', () => {}).resume();
    }), 'the end'));
    await Promise.all(ends);
    await (await open(daemon)).close();
  });
});
