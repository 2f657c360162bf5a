// A redis-server of a test's own: a free port, nothing on disk, ended by its process.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Queue } from './queue.js';

function find(name) {
  const places = name.includes('/') ? [name] : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const program = find(process.env.ROOMD_REDIS_SERVER ?? 'redis-server');

export const needsRedis = program ? {} : { skip: 'redis-server is not installed (./dev setup --test installs it)' };

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class RedisServer {
  /** Somebody else may take the port meanwhile: then it is tried again. */
  static async start(tries = 5) {
    const it = new RedisServer(await freePort());
    try {
      await it.lines.next((line) => line.includes('Ready to accept connections'), 'a started redis-server');
      return it;
    } catch (error) {
      it.stop();
      if (tries <= 1) throw error;
      return RedisServer.start(tries - 1);
    }
  }

  constructor(port) {
    this.address = `127.0.0.1:${port}`;
    this.lines = new Queue();
    this.child = spawn(program, ['--port', port, '--bind', '127.0.0.1', '--save', ''], { stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.lines.put(line));
    this.child.on('close', () => this.lines.end(new Error('redis-server ended')));
    process.once('exit', () => this.stop());
  }

  stop() {
    this.child.kill('SIGKILL');
  }
}
