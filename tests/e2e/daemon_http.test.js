// The daemon's HTTP side: health, readiness, metrics, who is in a room.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon, daemonFor } from './support/daemon.js';
import { get, getJson, metrics, parseMetrics, upgrade } from './support/http.js';
import { newRoom } from './support/shape.js';
import { eventually } from './support/wait.js';

let daemon;
before(async () => { daemon = await Daemon.start({ set: { 'presence.grace': '0ms' } }); });
after(() => daemon.stop());

describe('GET /health and /ready', () => {
  test('/health: 200', async () => {
    assert.deepEqual(await getJson(daemon, '/health'), { status: 200, body: { status: 'ok' } });
  });

  test('/ready: 200 while it serves', async () => {
    assert.deepEqual(await getJson(daemon, '/ready'), { status: 200, body: { status: 'ready' } });
  });

  test('HEAD is answered without a body, POST with 405, what is not there with 404', async () => {
    assert.deepEqual(await get(daemon, '/health', { method: 'HEAD' }).then(({ status, text }) => [status, text]), [200, '']);
    assert.equal((await get(daemon, '/health', { method: 'POST' })).status, 405);
    assert.equal((await get(daemon, '/nothing/here/at/all')).status, 404);
  });
});

describe('GET /metrics', () => {
  test('is Prometheus text', async () => {
    const { status, headers, text } = await get(daemon, '/metrics');
    assert.equal(status, 200);
    assert.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
    assert.ok(parseMetrics(text).size > 20);
    for (const [, name] of text.matchAll(/^([a-z_]+)(?:\{.*\})? /gm)) assert.match(name, /^roomd_/);
  });

  test('counters and gauges move with what happens', async (t) => {
    const own = await daemonFor(t, { set: { 'presence.grace': '0ms' } });
    const [room, ada, ben] = [newRoom(), await Client.open(own), await Client.open(own)];
    for (const client of [ada, ben]) await client.ask('join', { room });
    for (const key of ['a', 'b', 'b']) await ada.ask('publish', { room, event: 'e', data: 1, key });
    await ada.ask('publish', { room, event: 'e', data: 1, ephemeral: true });
    await ada.refused('leave', { room: newRoom() });
    await ben.messages(room, 3);
    const now = await metrics(own);
    const expected = {
      roomd_connections: 2, roomd_members: 2, roomd_rooms: 1, roomd_messages_in_total: 2, roomd_duplicates_total: 1,
      roomd_ephemeral_in_total: 1, roomd_deliveries_total: 3, roomd_errors_total: 1, roomd_commands_total: 9,
      roomd_outbox_bytes: 0,
    };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, now.get(name)])), expected);
    for (const name of ['roomd_bytes_in_total', 'roomd_bytes_out_total', 'roomd_history_bytes', 'roomd_http_requests_total']) {
      assert.ok(now.get(name) > 0, name);
    }
    await ben.close();
    await eventually(async () => (await metrics(own)).get('roomd_connections') === 1, 'one connection is left');
    assert.equal((await metrics(own)).get('roomd_members'), 1);
  });
});

describe('GET /v1/rooms/{room}/users', () => {
  test('users with info and sessions', async () => {
    const room = newRoom();
    const ada = await Client.open(daemon, { user: 'ada', info: { name: 'Ada' } });
    const phone = await Client.open(daemon, { user: 'ada', info: { name: 'Ada' } });
    for (const client of [ada, phone]) await client.ask('join', { room });
    assert.deepEqual(await getJson(daemon, `/v1/rooms/${room}/users`), {
      status: 200,
      body: { room, users: [{ user: 'ada', info: { name: 'Ada' }, sessions: [ada.session, phone.session].sort() }] },
    });
  });

  test('a room that nobody is in: none', async () => {
    const room = newRoom();
    assert.deepEqual(await getJson(daemon, `/v1/rooms/${room}/users`), { status: 200, body: { room, users: [] } });
  });

  for (const room of ['a b', 'a/b', 'ü', '100%', '🎲', '?#&', '"', '..', '+']) {
    test(`a percent-encoded name: ${room}`, async () => {
      const client = await Client.open(daemon, { user: 'u' });
      await client.ask('join', { room });
      const { body } = await getJson(daemon, `/v1/rooms/${encodeURIComponent(room).replaceAll('.', '%2e')}/users`);
      assert.deepEqual(body, { room, users: [{ user: 'u', info: {}, sessions: [client.session] }] });
      await client.close();
    });
  }

  for (const name of ['%00', '%0a', '%ff', '%c3%28', '%4', '%zz', '', 'x'.repeat(256)]) {
    test(`no name of a room: ${name.slice(0, 20)}`, async () => {
      const { status, body } = await getJson(daemon, `/v1/rooms/${name}/users`);
      assert.deepEqual([status, body.error?.reason ?? body.reason], [400, 'invalid_room']);
    });
  }
});

describe('GET /{room}/users', () => {
  test('sockets and their users', async () => {
    const room = newRoom('a room');
    const clients = [await Client.open(daemon, { user: '7' }), await Client.open(daemon, { user: '7' })];
    for (const client of clients) await client.ask('join', { room });
    assert.deepEqual((await getJson(daemon, `/${encodeURIComponent(room)}/users`)).body, clients.map(({ session }) => session).sort().map(
      (session) => ({ id_socket: session, id_user: '7' }),
    ));
  });

  test('an empty room: an empty list', async () => {
    assert.deepEqual((await getJson(daemon, `/${newRoom()}/users`)).body, []);
  });

  test('compat.room_users = false: not there', async (t) => {
    const own = await daemonFor(t, { set: { 'compat.room_users': 'false' } });
    assert.equal((await get(own, '/a/users')).status, 404);
  });
});

describe('Origin', () => {
  const allowed = 'https://chat.example.org';
  let guarded;
  before(async () => { guarded = await Daemon.start({ set: { 'http.allowed_origins': allowed } }); });
  after(() => guarded.stop());

  for (const [origin, why] of [[undefined, 'none'], [allowed, 'one of the list'], [null, 'the same']]) {
    test(`${why}: let in`, async () => {
      const own = origin === null ? guarded.http : origin;
      const client = await Client.open(guarded, { origin: own });
      await client.close();
    });
  }

  for (const origin of ['https://evil.example.org', 'http://chat.example.org', `${allowed}:444`, `${allowed}.evil.org`, 'null', '']) {
    test(`another: HTTP 403 (${origin})`, async () => {
      assert.equal((await upgrade(guarded, { Origin: origin })).status, 403);
    });
  }

  test('*: all are let in', async (t) => {
    const open = await daemonFor(t, { set: { 'http.allowed_origins': '*' } });
    await (await Client.open(open, { origin: 'https://evil.example.org' })).close();
  });
});
