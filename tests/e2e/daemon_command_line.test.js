// The program's command line: what it prints, what it refuses, and its exit codes.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { Client } from './support/client.js';
import { binary, daemonFor } from './support/daemon.js';

/** Runs it to its end: `[code, stdout, stderr]`. */
function run(args, env = {}) {
  const ours = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ROOMD_')));
  const how = { encoding: 'utf8', timeout: 20_000, env: { ...ours, ...env } };
  const { status, stdout, stderr, error } = spawnSync(binary, args, how);
  if (error) throw error;
  return [status, stdout, stderr];
}

function fileWith(t, text) {
  const folder = mkdtempSync(join(tmpdir(), 'roomd-e2e-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'roomd.toml');
  writeFileSync(file, text);
  return file;
}

describe('exit code 0', () => {
  test('--version: name and version', () => {
    const [code, out] = run(['--version']);
    assert.equal(code, 0);
    assert.match(out, /^roomd \d+\.\d+\.\d+\S*\n$/);
  });

  test('--help: every flag', () => {
    const [code, out] = run(['--help']);
    assert.equal(code, 0);
    for (const flag of ['--config', '--listen', '--set', '--check', '--check-files', '--health', '--print-config', '--insecure', '--version']) {
      assert.ok(out.includes(flag), flag);
    }
  });

  test('--check: the settings are in order', (t) => {
    assert.equal(run(['--check'])[0], 0);
    assert.equal(run(['--check', '--config', fileWith(t, '[rooms]\nlinger = "5s"\n')])[0], 0);
  });

  test('--print-config: every setting as it came out; the output is a file that does the same', (t) => {
    const [code, out] = run(['--print-config', '--set', 'rooms.history_size=77']);
    assert.equal(code, 0);
    assert.match(out, /^history_size = 77$/m);
    const file = fileWith(t, out);
    assert.deepEqual(run(['--print-config', '--config', file]), [0, out, '']);
  });
});

describe('precedence: file, then environment, then flags', () => {
  const linger = (out) => /^linger = "(.*)"$/m.exec(out)[1];

  test('each is laid over the one before', (t) => {
    const file = fileWith(t, '[rooms]\nlinger = "5s"\n');
    const env = { ROOMD_ROOMS_LINGER: '6s' };
    assert.equal(linger(run(['--print-config'])[1]), '30s');
    assert.equal(linger(run(['--print-config', '--config', file])[1]), '5s');
    assert.equal(linger(run(['--print-config', '--config', file], env)[1]), '6s');
    assert.equal(linger(run(['--print-config', '--config', file, '--set', 'rooms.linger=7s'], env)[1]), '7s');
  });
});

describe('exit code 1: the settings or the start failed', () => {
  test('--check reports all mistakes at once, with file, line and key', (t) => {
    const file = fileWith(t, '[rooms]\nlinger = "soon"\nhistory_sice = 3\n\n[sesion]\nmax_message = 1\n');
    const [code, , err] = run(['--check', '--config', file]);
    assert.equal(code, 1);
    for (const part of [`${file}:2`, 'rooms.linger', `${file}:3`, 'history_sice', 'history_size', 'sesion']) {
      assert.ok(err.includes(part), `${part} in\n${err}`);
    }
  });

  const wrong = {
    'a file that is not there': [['--config', '/nowhere/roomd.toml'], '/nowhere/roomd.toml'],
    'a key that does not exist': [['--set', 'rooms.colour=red'], 'rooms.colour'],
    'a value out of bounds': [['--set', 'session.max_message=1'], 'session.max_message'],
    'an address that is none': [['--listen', 'somewhere'], 'server.listen'],
    'a certificate that is not there': [
      [['listen', '127.0.0.1:0'], ['certificate', '/nowhere.pem'], ['key', '/nowhere.key']].flatMap(
        ([key, value]) => ['--set', `tls.${key}=${value}`],
      ),
      'nowhere',
    ],
  };
  for (const [name, [args, part]] of Object.entries(wrong)) {
    test(name, () => {
      const [code, , err] = run(args);
      assert.deepEqual([code, err.includes(part)], [1, true], err);
    });
  }

  test('a port that is taken', async (t) => {
    const daemon = await daemonFor(t);
    const [code, , err] = run(['--listen', `127.0.0.1:${daemon.port}`]);
    assert.deepEqual([code, err.includes(`${daemon.port}`)], [1, true], err);
  });

  test('an unknown variable of the environment', () => {
    const [code, , err] = run(['--check'], { ROOMD_ROOMS_COLOUR: 'red' });
    assert.deepEqual([code, err.includes('ROOMD_ROOMS_COLOUR')], [1, true], err);
  });
});

describe('exit code 2: the command line is wrong', () => {
  for (const args of [['--colour'], ['extra'], ['--listen'], ['--set']]) {
    test(args.join(' '), () => assert.equal(run(args)[0], 2));
  }
});

describe('insecure mode', () => {
  for (const address of ['0.0.0.0:0', '[::]:0', '192.0.2.1:0']) {
    test(`is refused on ${address}`, () => {
      const [code, , err] = run(['--listen', address]);
      assert.equal(code, 1);
      assert.ok(err.includes('insecure'), err);
    });
  }

  test('is served on 0.0.0.0 with --insecure', async (t) => {
    const daemon = await daemonFor(t, { listen: '0.0.0.0:0', args: ['--insecure'] });
    await (await Client.open(daemon, { user: 'ada' })).close();
  });

  test('is served on [::1]', async (t) => {
    const daemon = await daemonFor(t, { listen: '[::1]:0' });
    await (await Client.open(`ws://[::1]:${daemon.port}/v1/ws`)).close();
  });
});

test('there are as many shards as processors that it may use', async (t) => {
  const first = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1];
  const daemon = await daemonFor(t, { command: ['taskset', '-c', first, binary] });
  assert.ok(daemon.log.some((line) => / daemon\.ready shards=1$/.test(line)), daemon.log.join('\n'));
});
