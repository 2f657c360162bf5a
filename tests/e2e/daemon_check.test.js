// `--check` opens what a start opens, `--check-files` the same without the addresses, and both tell everything at once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, after, describe, test } from 'node:test';
import { binary, daemonFor } from './support/daemon.js';

function run(args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ROOMD_')));
  const { status, stdout, stderr, error } = spawnSync(binary, args, { encoding: 'utf8', timeout: 60_000, env });
  if (error) throw error;
  return { status, stdout, stderr };
}

const sets = (settings) => Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);

let folder;
const path = (name) => join(folder, name);

function makeCertificate(name) {
  const files = ['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)];
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-subj', '/CN=localhost', '-days', '2', ...files], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'roomd-e2e-'));
  makeCertificate('own');
  makeCertificate('other');
  writeFileSync(path('empty'), '');
  writeFileSync(path('noise'), 'no certificate\n');
  writeFileSync(path('password'), 'secret\n');
});
after(() => rmSync(folder, { recursive: true }));

const tls = (certificate, key) => ({ 'tls.listen': '127.0.0.1:0', 'tls.certificate': certificate, 'tls.key': key });
const redis = (more) => ({ 'engine.type': 'redis', ...more });

/** Settings, and what has to be said of each key. */
const faults = {
  'a certificate that is not there': () => [tls(path('none.pem'), path('own.key')), { 'tls.certificate': /No such file/ }],
  'a certificate and a key that are not there': () =>
    [tls(path('none.pem'), path('none.key')), { 'tls.certificate': /none\.pem.*No such/, 'tls.key': /none\.key.*No such/ }],
  'a key that is not the certificate\'s': () => [tls(path('own.pem'), path('other.key')), { 'tls.key': /is not the key|mismatch/ }],
  'a folder for a certificate': () => [tls(folder, path('own.key')), { 'tls.certificate': /Is a directory/ }],
  'an empty key': () => [tls(path('own.pem'), path('empty')), { 'tls.key': /is empty/ }],
  'a certificate that is none': () => [tls(path('noise'), path('own.key')), { 'tls.certificate': /cannot use/ }],
  'a Redis password that is not there': () =>
    [redis({ 'redis.password_file': path('none') }), { 'redis.password_file': /No such file/ }],
  'a folder for a Redis password': () => [redis({ 'redis.password_file': folder }), { 'redis.password_file': /Is a directory/ }],
  'certificates of Redis that are not there, and a sentinel\'s password': () => [
    redis({ 'redis.mode': 'sentinel', 'redis.addresses': '127.0.0.1:1', 'redis.tls': 'true', 'redis.tls_ca': path('none.ca'),
      'redis.sentinel_password_file': path('none') }),
    { 'redis.tls_ca': /No such file/, 'redis.sentinel_password_file': /No such file/ }],
  'certificates of Redis that are none': () =>
    [redis({ 'redis.tls': 'true', 'redis.tls_ca': path('noise') }), { 'redis.tls_ca': /cannot use/ }],
};

describe('--check and --check-files refuse', () => {
  for (const [name, make] of Object.entries(faults)) {
    test(name, () => {
      const [settings, said] = make();
      for (const flag of ['--check', '--check-files']) {
        const { status, stdout, stderr } = run([flag, '--listen', '127.0.0.1:0', ...sets(settings)]);
        assert.deepEqual([status, stdout], [1, ''], stderr);
        const lines = stderr.trimEnd().split('\n');
        assert.equal(lines.length, Object.keys(said).length, stderr);
        for (const [key, pattern] of Object.entries(said)) {
          assert.ok(lines.some((line) => line.includes(`: ${key}: `) && pattern.test(line)), `${key} in\n${stderr}`);
        }
      }
    });
  }
});

test('all problems at once, each with file and line', () => {
  const text = `[tls]\nlisten = ["192.0.2.1:0"]\ncertificate = "${path('none.pem')}"\nkey = "${folder}"\n`;
  writeFileSync(path('roomd.toml'), `${text}[engine]\ntype = "redis"\n[redis]\npassword_file = "${path('none')}"\n`);
  const { status, stderr } = run(['--check', '--insecure', '--listen', '127.0.0.1:0', '--config', path('roomd.toml')]);
  assert.equal(status, 1);
  for (const part of ['toml:2: tls.listen: cannot listen on 192.0.2.1:0', 'toml:3: tls.certificate', 'toml:4: tls.key',
    'toml:8: redis.password_file']) {
    assert.ok(stderr.includes(part), `${part} in\n${stderr}`);
  }
});

test('what is in order is in order', () => {
  const settings = { ...tls(path('own.pem'), path('own.key')), ...redis({ 'redis.password_file': path('password') }) };
  for (const flag of ['--check', '--check-files']) {
    assert.equal(run([flag, '--listen', '127.0.0.1:0', ...sets(settings)]).status, 0);
  }
});

describe('an address that somebody listens on', () => {
  test('is no place to start, and none to disturb', async (t) => {
    const daemon = await daemonFor(t);
    const args = ['--listen', `127.0.0.1:${daemon.port}`];
    const { status, stderr } = run(['--check', ...args]);
    assert.deepEqual([status, stderr.includes(`server.listen: cannot listen on 127.0.0.1:${daemon.port}`)], [1, true], stderr);
    assert.equal(run(['--check-files', ...args]).status, 0);
    assert.equal((await fetch(`${daemon.http}/ready`)).status, 200);
  });

  test('twice the same address is said', () => {
    const { status, stderr } = run(['--check', '--listen', '127.0.0.1:49151', '--listen', '127.0.0.1:49151']);
    assert.equal(status, 1, stderr);
  });
});

test('a start says the same, all at once', () => {
  const { status, stderr } = run(['--listen', '127.0.0.1:0', ...sets(tls(path('none.pem'), path('none.key')))]);
  assert.equal(status, 1);
  assert.ok(stderr.includes('tls.certificate') && stderr.includes('tls.key'), stderr);
});

test('a reload that names missing files changes nothing, and names them all', async (t) => {
  writeFileSync(path('live.toml'), '');
  const daemon = await daemonFor(t, { args: ['--config', path('live.toml')] });
  writeFileSync(path('live.toml'), `[tls]\ncertificate = "${path('none.pem')}"\nkey = "${path('none.key')}"\n`);
  daemon.signal('SIGHUP');
  assert.match(await daemon.line(/ config\.kept /), /problems=2/);
});
