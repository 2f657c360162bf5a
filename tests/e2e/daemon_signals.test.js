// The daemon's end and its reload: SIGTERM, SIGTERM again, SIGHUP.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client, ClosedError, CommandError } from './support/client.js';
import { Daemon, binary, daemonFor } from './support/daemon.js';
import { get } from './support/http.js';
import { newRoom, numbers } from './support/shape.js';
import { eventually } from './support/wait.js';

const slowDrain = { 'drain.window': '1500ms', 'drain.timeout': '20s' };

describe('SIGTERM', () => {
  test('the sessions are closed with 1001 evenly over drain.window, then it ends with 0', async () => {
    const daemon = await Daemon.start({ set: slowDrain });
    const clients = await Promise.all(numbers(1, 60).map(() => Client.open(daemon)));
    const start = performance.now();
    daemon.signal('SIGTERM');
    const times = await Promise.all(clients.map(async (client) => {
      assert.deepEqual(await client.closed(), { code: 1001, reason: 'draining' });
      return performance.now() - start;
    }));
    assert.equal(await daemon.ended(), 0);
    times.sort((a, b) => a - b);
    assert.ok(times.at(-1) > 1000, `the last one after ${times.at(-1)} ms`);
    assert.ok(times[10] < times[45] - 300, `the 11th after ${times[10]} ms, the 46th after ${times[45]} ms`);
  });

  test('no more connections are let in meanwhile', async () => {
    const daemon = await Daemon.start({ set: slowDrain });
    const keptAlive = await Client.open(daemon);
    daemon.signal('SIGTERM');
    await daemon.line(/ daemon\.drain /);
    await eventually(() => new Promise((resolve) => {
      connect(daemon.port, '127.0.0.1').on('connect', function connected() { this.destroy(); resolve(false); })
        .on('error', () => resolve(true));
    }), 'connections are refused');
    await keptAlive.closed();
    assert.equal(await daemon.ended(), 0);
  });

  test('what is under way is answered, or the line says that it was not taken', async () => {
    const daemon = await Daemon.start();
    const clients = await Promise.all(numbers(1, 20).map(() => Client.open(daemon)));
    const room = newRoom();
    const watcher = clients[0];
    const say = (client, data) => client.ask('publish', { room, event: 'e', data });
    const answers = clients.slice(1).flatMap((client) => numbers(1, 200).map((data) => say(client, data)));
    await answers[0];
    daemon.signal('SIGTERM');
    for (const { status, reason } of await Promise.allSettled(answers)) {
      if (status === 'fulfilled') continue;
      const known = reason instanceof CommandError ? reason.reason === 'unavailable' : reason instanceof ClosedError;
      assert.ok(known, reason.message);
      if (reason instanceof ClosedError) assert.equal(reason.code, 1001);
    }
    assert.equal((await watcher.closed()).code, 1001);
    assert.equal(await daemon.ended(), 0);
  });

  test('without sessions it ends at once', async () => {
    const daemon = await Daemon.start({ set: { 'drain.window': '1m', 'drain.timeout': '2m' } });
    daemon.signal('SIGTERM');
    assert.equal(await daemon.ended(), 0);
  });

  test('drain.timeout cuts off who does not go', async () => {
    const daemon = await Daemon.start({ set: { 'drain.window': '0ms', 'drain.timeout': '500ms', 'session.close_timeout': '5m' } });
    const stuck = await Client.open(daemon);
    stuck.socket.pause();
    daemon.signal('SIGTERM');
    assert.equal(await daemon.ended(), 0);
    await stuck.cut();
  });

  test('a second one ends it at once', async () => {
    const daemon = await Daemon.start({ set: { 'drain.window': '1m', 'drain.timeout': '2m' } });
    const clients = await Promise.all(numbers(1, 10).map(() => Client.open(daemon)));
    daemon.signal('SIGTERM');
    await daemon.line(/ daemon\.drain /);
    daemon.signal('SIGTERM');
    assert.equal(await daemon.ended(), 1);
    await Promise.all(clients.map((client) => client.closed()));
  });

  test('SIGINT is the same', async () => {
    const daemon = await Daemon.start();
    const client = await Client.open(daemon);
    daemon.signal('SIGINT');
    assert.equal((await client.closed()).code, 1001);
    assert.equal(await daemon.ended(), 0);
  });
});

/** A daemon with a settings file, and a way to give it another and wait until it has looked at it. */
async function withFile(t, text) {
  const folder = mkdtempSync(join(tmpdir(), 'roomd-e2e-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'roomd.toml');
  writeFileSync(file, text);
  const daemon = await daemonFor(t, { args: ['--config', file] });
  const reload = async (next) => {
    writeFileSync(file, next);
    daemon.signal('SIGHUP');
    return daemon.line(/ config\.(reloaded|kept) /);
  };
  return { daemon, file, reload };
}

describe('SIGHUP', () => {
  const small = '[session]\nmax_message = "4KiB"\n';

  test('what a reload changes holds for new sessions, and is logged', async (t) => {
    const { daemon, reload } = await withFile(t, small);
    const early = await Client.open(daemon);
    assert.match(await reload('[session]\nmax_message = "8KiB"\n'), /config\.reloaded changed=1/);
    assert.ok(daemon.log.some((line) => / config\.changed key=session\.max_message/.test(line)));
    assert.equal((await Client.open(daemon)).welcome.max_message, 8192);
    await early.fence('a');
  });

  test('what only a restart changes is logged and stays', async (t) => {
    const { daemon, reload } = await withFile(t, '[rooms]\nhistory_size = 3\n');
    await reload('[rooms]\nhistory_size = 5\nlinger = "9s"\n');
    assert.ok(daemon.log.some((line) => / config\.needs_restart key=rooms\.history_size/.test(line)));
    assert.ok(daemon.log.some((line) => / config\.changed key=rooms\.linger/.test(line)));
    const [client, room] = [await Client.open(daemon), newRoom()];
    for (const data of numbers(1, 6)) await client.ask('publish', { room, event: 'e', data });
    assert.equal((await client.ask('history', { room })).messages.length, 3);
  });

  for (const [name, text] of Object.entries({
    'that is no TOML': '[session\n',
    'with an unknown key': '[session]\nmax_mesage = "8KiB"\n',
    'with a value out of bounds': '[session]\nmax_message = 1\n',
    'that contradicts itself': '[session]\nping_interval = "5s"\nping_timeout = "9s"\n',
  })) {
    test(`a file ${name}: everything stays, and the mistake is logged`, async (t) => {
      const { daemon, file, reload } = await withFile(t, small);
      assert.match(await reload(text), /config\.kept problems=\d+/);
      assert.ok(daemon.log.some((line) => line.includes(' config.problem ') && line.includes(file)), daemon.log.join('\n'));
      assert.equal((await Client.open(daemon)).welcome.max_message, 4096);
      assert.match(await reload('[session]\nmax_message = "8KiB"\n'), /config\.reloaded/);
    });
  }

  test('sessions and their rooms stay', async (t) => {
    const { daemon, reload } = await withFile(t, small);
    const [room, ada, ben] = [newRoom(), await Client.open(daemon), await Client.open(daemon)];
    await ben.ask('join', { room });
    for (const size of numbers(5, 8)) {
      await reload(`[session]\nmax_message = "${size}KiB"\n`);
      await ada.ask('publish', { room, event: 'e', data: size });
      assert.equal((await ben.next('message')).data, size);
    }
    assert.equal((await get(daemon, '/ready')).status, 200);
  });

  test('log.format holds at once', async (t) => {
    const { daemon, file } = await withFile(t, '[log]\nformat = "text"\n');
    writeFileSync(file, '[log]\nformat = "json"\n');
    daemon.signal('SIGHUP');
    const line = JSON.parse(await daemon.line(/"config\.reloaded"/));
    assert.deepEqual([line.level, line.event, line.text], ['info', 'config.reloaded', 'changed=1']);
  });
});

describe('a settings file that cannot be read to its end', () => {
  /** A pipe in place of the file. `held`: resolves once somebody reads it, who then waits for ever. */
  function pipeFor(t) {
    const folder = mkdtempSync(join(tmpdir(), 'roomd-e2e-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'roomd.toml');
    const make = () => spawnSync('mkfifo', [file]);
    const held = () => eventually(() => {
      try {
        const end = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
        t.after(() => closeSync(end));
        return true;
      } catch (error) {
        if (error.code !== 'ENXIO') throw error;
        return false; // nobody reads it yet
      }
    }, 'roomd reads its settings');
    return { file, make, held };
  }

  test('SIGTERM ends a start that waits for it', async (t) => {
    const { file, make, held } = pipeFor(t);
    make();
    const daemon = new Daemon([binary, '--listen', '127.0.0.1:0', '--config', file]);
    await held();
    daemon.signal('SIGTERM');
    assert.equal(await daemon.ended(), 0);
  });

  test('a reload that waits for it holds up nothing: SIGTERM drains', async (t) => {
    const { file, make, held } = pipeFor(t);
    writeFileSync(file, '');
    const daemon = await Daemon.start({ args: ['--config', file] });
    const client = await Client.open(daemon);
    rmSync(file);
    make();
    daemon.signal('SIGHUP');
    await held();
    assert.equal((await get(daemon, '/ready')).status, 200);
    daemon.signal('SIGTERM');
    assert.equal((await client.closed()).code, 1001);
    assert.equal(await daemon.ended(), 0);
    assert.ok(daemon.log.some((line) => / daemon\.end$/.test(line)));
  });

  test('another SIGHUP meanwhile is not lost', async (t) => {
    const { file, make } = pipeFor(t);
    writeFileSync(file, '');
    const daemon = await daemonFor(t, { args: ['--config', file] });
    rmSync(file);
    make();
    daemon.signal('SIGHUP');
    const end = await eventually(() => {
      try {
        return openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
      } catch {
        return undefined; // nobody reads it yet
      }
    }, 'roomd reads its settings');
    rmSync(file);
    writeFileSync(file, '[rooms]\nlinger = "9s"\n');
    daemon.signal('SIGHUP');
    assert.equal((await get(daemon, '/ready')).status, 200);
    closeSync(end); // an empty file: no change
    await daemon.line(/ config\.reloaded changed=0/);
    await daemon.line(/ config\.reloaded changed=1/);
  });
});
