// Compressed messages (permessage-deflate): off unless the settings say so, and nothing but the bytes on the network
// changes where they are on.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon, daemonFor } from './support/daemon.js';
import { upgrade } from './support/http.js';
import { newRoom, numbers, seqs } from './support/shape.js';

/** ws compresses all that it sends, however short. */
const offering = { perMessageDeflate: { threshold: 0 } };
const compressing = { 'session.compression': 'true' };

const open = (daemon, options = {}) => Client.open(daemon, { ...offering, ...options });

/** JSON texts of every size that matters: short ones stay plain, noise does not shrink. */
const texts = [
  '1', 'null', '"ä€😀"', '"\\ud800 \\u0000"', '{"b":1.0,"a":[1e400,-0]}',
  JSON.stringify('x'.repeat(150)), JSON.stringify('x'.repeat(200)), JSON.stringify('y'.repeat(60_000)),
  JSON.stringify(randomBytes(20_000).toString('base64')),
  JSON.stringify(numbers(1, 1000).map((id) => ({ id, name: `name-${id}`, at: `2030-01-0${id % 10}` }))),
];

/** Publishes the text as data and returns the reply. */
function publish(client, room, data) {
  const id = client.newId();
  return client.askText(id, `{"id":${id},"publish":{"room":"${room}","event":"e","data":${data}}}`);
}

/** A push or an object of a page says this data, byte for byte. */
function assertHolds(text, data) {
  assert.ok(text.includes(`"data":${data}}`), `${data.slice(0, 80)} came as ${text.slice(0, 300)}`);
}

describe('compression', () => {
  let daemon;
  before(async () => { daemon = await Daemon.start({ set: compressing }); });
  after(() => daemon.stop());

  test('it is off by default, and a client that offers it is served', async (t) => {
    const plain = await daemonFor(t);
    const client = await open(plain);
    assert.equal(client.socket.extensions, '');
    await client.ask('join', { room: newRoom() });
    await client.close();
  });

  test('where it is on it is agreed on, and only where it is offered', async () => {
    const client = await open(daemon);
    assert.equal(client.socket.extensions, 'permessage-deflate');
    const plain = await Client.open(daemon);
    assert.equal(plain.socket.extensions, '');
    assert.equal((await upgrade(daemon, { 'Sec-WebSocket-Extensions': 'permessage-deflate;' })).status, 400);
    await Promise.all([client, plain].map((each) => each.close()));
  });

  for (const [from, publisherOptions] of [['compressing', offering], ['plain', {}]]) {
    test(`what a ${from} member publishes, members of both kinds get byte for byte`, async () => {
      const [room, publisher] = [newRoom(), await Client.open(daemon, publisherOptions)];
      const members = [await open(daemon), await Client.open(daemon), await open(daemon), await Client.open(daemon)];
      for (const member of [publisher, ...members]) await member.ask('join', { room });
      for (const [at, data] of texts.entries()) {
        assert.equal((await publish(publisher, room, data)).body.seq, at + 1);
        for (const member of members) assertHolds((await member.nextFrame('message')).text, data);
      }
      await Promise.all([publisher, ...members].map((each) => each.close()));
    });
  }

  test('it saves bytes both ways', async () => {
    const [room, publisher, member, plain] = [newRoom(), await open(daemon), await open(daemon), await Client.open(daemon)];
    for (const each of [member, plain]) await each.ask('join', { room });
    const before = [member, plain, publisher].map(({ socket }) => [socket._socket.bytesRead, socket._socket.bytesWritten]);
    for (const _ of numbers(1, 10)) await publish(publisher, room, texts.at(-1));
    await Promise.all([member, plain].map((each) => each.messages(room, 10)));
    const long = 10 * texts.at(-1).length;
    assert.ok(plain.socket._socket.bytesRead - before[1][0] > long);
    assert.ok(member.socket._socket.bytesRead - before[0][0] < long / 3);
    assert.ok(publisher.socket._socket.bytesWritten - before[2][1] < long / 3);
    await Promise.all([publisher, member, plain].map((each) => each.close()));
  });

  test('resume and history say the same to both kinds, also of what was published before anybody took it', async () => {
    const [room, publisher] = [newRoom(), await Client.open(daemon)];
    for (const data of texts) await publish(publisher, room, data);
    const witness = await open(daemon);
    const { epoch } = await witness.ask('join', { room });
    for (const data of texts) await publish(publisher, room, data);
    const expected = [...texts, ...texts];
    for (const late of await Promise.all([open(daemon), Client.open(daemon), open(daemon)])) {
      const joined = await late.ask('join', { room, since: { epoch, seq: 0 } });
      assert.deepEqual([joined.recovered, joined.missed], [true, expected.length]);
      for (const data of expected) assertHolds((await late.nextFrame('message')).text, data);
      const page = await late.askFrame('history', { room, before: texts.length + 1 });
      assert.equal(page.body.messages.at(-1).seq, texts.length);
      assertHolds(page.text, texts.at(-1));
      await late.close();
    }
    await Promise.all([publisher, witness].map((each) => each.close()));
  });

  test('a compressing client that reads slowly misses nothing', async () => {
    const [room, publisher, slow] = [newRoom(), await Client.open(daemon), await open(daemon)];
    await slow.ask('join', { room });
    slow.socket._socket.pause();
    const noise = JSON.stringify(randomBytes(40_000).toString('base64'));
    const all = numbers(1, 150);
    for (const _ of all) await publish(publisher, room, noise);
    slow.socket._socket.resume();
    assert.deepEqual(seqs(await slow.messages(room, all.length)), all);
    await Promise.all([publisher, slow].map((each) => each.close()));
  });

  test('a client that inflates to too much is closed with 1009, and the others are served', async () => {
    const [room, member] = [newRoom(), await open(daemon)];
    await member.ask('join', { room });
    const memory = daemon.memory();
    for (const size of [66_000, 50_000_000]) {
      const bomber = await open(daemon);
      bomber.sendText('x'.repeat(size));
      assert.equal((await bomber.closed()).code, 1009);
    }
    assert.ok(daemon.memory() - memory < 8 << 20, `${daemon.memory()} bytes after, ${memory} before`);
    await publish(member, room, '"still here"');
    await member.close();
  });

  test('it works over TLS', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'roomd-e2e-deflate-'));
    const [key, certificate] = [join(folder, 'key'), join(folder, 'pem')];
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=localhost', '-keyout', key, '-out', certificate,
    ], { stdio: 'ignore' });
    const set = { ...compressing, 'tls.listen': '127.0.0.1:0', 'tls.certificate': certificate, 'tls.key': key };
    const secure = await daemonFor(t, { set });
    rmSync(folder, { recursive: true });
    const [ada, ben] = await Promise.all([1, 2].map(() => Client.open(secure.wss, { ...offering, rejectUnauthorized: false })));
    const room = newRoom();
    await ben.ask('join', { room });
    for (const data of texts) {
      await publish(ada, room, data);
      assertHolds((await ben.nextFrame('message')).text, data);
    }
    await Promise.all([ada, ben].map((each) => each.close()));
  });

  test('a reload turns it on for who comes then', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'roomd-e2e-deflate-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'roomd.toml');
    const write = (value) => writeFileSync(file, `[session]\ncompression = ${value}\n`);
    write(false);
    const reloaded = await daemonFor(t, { args: ['--config', file] });
    const early = await open(reloaded);
    write(true);
    reloaded.signal('SIGHUP');
    await reloaded.line(/config\.changed key=session\.compression/);
    await reloaded.line(/config\.reloaded/);
    const late = await open(reloaded);
    assert.deepEqual([early.socket.extensions === '', late.socket.extensions === ''], [true, false]);
    const room = newRoom();
    for (const each of [early, late]) await each.ask('join', { room });
    await publish(early, room, texts.at(-1));
    assertHolds((await late.nextFrame('message')).text, texts.at(-1));
    await publish(late, room, texts.at(-1));
    assertHolds((await early.nextFrame('message')).text, texts.at(-1));
    await Promise.all([early, late].map((each) => each.close()));
  });
});
