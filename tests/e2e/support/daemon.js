// A roomd of its own for a test: on a free port, with its settings, its log, and its end.
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Queue } from './queue.js';
import { deferred, within } from './wait.js';

export const binary = process.env.ROOMD_BINARY;
if (!binary) throw new Error('ROOMD_BINARY is not set: tests/e2e/run.sh BINARY');

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Where a failed run finds what the daemons said. */
function logFile(pid) {
  const folder = process.env.E2E_LOGS;
  return folder && createWriteStream(join(folder, `${basename(process.argv[1])}.${pid}.log`));
}

/** roomd reads every variable that begins with ROOMD_ as a setting: those of whoever runs the tests are not meant. */
function environment(more) {
  const ours = Object.entries(process.env).filter(([name]) => !name.startsWith('ROOMD_'));
  return { ...Object.fromEntries(ours), ...more };
}

/** For tests that keep a machine busy: a client that gets little of the processor is not to be closed for it. */
export const patient = { 'session.handshake_timeout': '1m', 'session.ping_interval': '2m', 'session.ping_timeout': '1m' };

const quickEnd = { 'drain.window': '0ms', 'drain.timeout': '2s' };

export class Daemon {
  log = [];
  #lines = new Queue();
  #end = deferred();

  /**
   * Starts one and waits until it is ready. `set`: settings; `args`: more of the command line; `env`: more of the
   * environment; `listen: null` leaves the address to the others; `command`: what runs the program, the program's own
   * arguments follow.
   */
  static async start({ set = {}, args = [], env = {}, listen = '127.0.0.1:0', command = [binary] } = {}) {
    const settings = Object.entries({ ...quickEnd, ...set }).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const address = listen ? ['--listen', listen] : [];
    const it = new Daemon([...command, ...address, ...settings, ...args], env);
    try {
      await it.line(/ daemon\.ready /);
    } catch (error) {
      it.child.kill('SIGKILL');
      throw new Error(`roomd did not start: ${error.message}\n${it.log.join('\n')}`);
    }
    it.port = it.portOf(/net\.listen address=\S*:(\d+) tls=false/);
    it.tlsPort = it.portOf(/net\.listen address=\S*:(\d+) tls=true/);
    return it;
  }

  constructor([program, ...args], env = {}) {
    this.child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: environment(env) });
    running.add(this.child);
    const file = logFile(this.child.pid);
    createInterface({ input: this.child.stderr }).on('line', (line) => {
      this.log.push(line);
      this.#lines.put(line);
      file?.write(`${line}\n`);
    });
    this.child.on('error', (error) => this.#lines.end(error));
    this.child.on('close', (code, signal) => {
      running.delete(this.child);
      this.#lines.end(new Error(`roomd ended with ${code ?? signal}`));
      this.#end.resolve(code ?? signal);
    });
  }

  get http() {
    return `http://127.0.0.1:${this.port}`;
  }

  get ws() {
    return `ws://127.0.0.1:${this.port}/v1/ws`;
  }

  get wss() {
    return `wss://127.0.0.1:${this.tlsPort}/v1/ws`;
  }

  portOf(pattern) {
    return Number(this.log.map((line) => pattern.exec(line)?.[1]).find(Boolean));
  }

  /** The next line of the log that fits. */
  line(pattern, deadline) {
    return this.#lines.next((line) => pattern.test(line), `a log line ${pattern}`, deadline);
  }

  signal(name) {
    this.child.kill(name);
  }

  /** The exit code, or the name of the signal that ended it. */
  ended(deadline) {
    return within(this.#end.promise, () => `roomd ends:\n${this.log.slice(-20).join('\n')}`, deadline);
  }

  /** Drains it; anything but a clean end is an error. */
  async stop() {
    if (!running.has(this.child)) return;
    this.signal('SIGTERM');
    const how = await this.ended().catch((error) => {
      this.signal('SIGKILL');
      throw error;
    });
    if (how !== 0) throw new Error(`roomd ended with ${how}:\n${this.log.slice(-20).join('\n')}`);
  }

  /** The process's own memory in bytes, shared pages counted by their share. */
  memory() {
    const text = readFileSync(`/proc/${this.child.pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)[1]) * 1024;
  }
}

/** A daemon for one test, which ends with it. */
export async function daemonFor(t, options) {
  const daemon = await Daemon.start(options);
  t.after(() => daemon.stop());
  return daemon;
}
