// The daemon's HTTP side: a request whose answer is read whole, and the metrics as a table.
import { request } from 'node:http';
import { within } from './wait.js';

/** `{ status, headers, text }`. `path` goes out as it is written. */
export function get(daemon, path, { method = 'GET', headers = {} } = {}) {
  const answer = new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: daemon.port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => { text += part; });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
      response.on('error', reject);
    });
    call.on('error', reject).end();
  });
  return within(answer, `${method} ${path}`);
}

export async function getJson(daemon, path) {
  const { status, text } = await get(daemon, path);
  return { status, body: JSON.parse(text) };
}

/** What a WebSocket client is told that is not let in: the status of an upgrade by hand. */
export function upgrade(daemon, headers = {}, path = '/v1/ws') {
  return get(daemon, path, {
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  });
}

const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})? (\S+)$/;

/** Name with labels → number; throws where a line is no Prometheus text. */
export function parseMetrics(text) {
  const table = new Map();
  for (const line of text.split('\n')) {
    if (line === '' || /^# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* /.test(line)) continue;
    const found = sample.exec(line);
    const value = found && Number(found[3].replace('Inf', 'Infinity'));
    if (!found || (Number.isNaN(value) && found[3] !== 'NaN')) throw new Error(`no line of metrics: ${line}`);
    table.set(found[1] + (found[2] ?? ''), value);
  }
  return table;
}

export async function metrics(daemon) {
  return parseMetrics((await get(daemon, '/metrics')).text);
}
