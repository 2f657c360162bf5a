// node support/with_daemon.js COMMAND [ARGUMENT…]: runs a command beside a roomd, whose address it finds in ROOMD_URL.
import { spawn } from 'node:child_process';
import { Daemon } from './daemon.js';

const [program, ...args] = process.argv.slice(2);
const daemon = await Daemon.start();
const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ROOMD_URL: daemon.http } });
child.on('close', async (code) => {
  await daemon.stop();
  process.exitCode = code ?? 1;
});
