// Section 1 of the protocol: how a client gets in, what a frame is, and what a command's id may be.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon } from './support/daemon.js';
import { upgrade } from './support/http.js';
import { assertError, assertShape, newRoom } from './support/shape.js';

let daemon;
before(async () => { daemon = await Daemon.start(); });
after(() => daemon.stop());

const open = (options) => Client.open(daemon, options);

describe('transport: subprotocol', () => {
  test('roomd.v1 is chosen when the client offers it', async () => {
    const client = await open({ protocols: ['roomd.v1'] });
    assert.equal(client.socket.protocol, 'roomd.v1');
    await client.close();
  });

  test('roomd.v1 is chosen among others', async () => {
    const client = await open({ protocols: ['roomd.v9', 'roomd.v1', 'chat'] });
    assert.equal(client.socket.protocol, 'roomd.v1');
    await client.close();
  });

  test('a client that offers none is served and none is chosen', async () => {
    const client = await open({ protocols: [] });
    assert.equal(client.socket.protocol, '');
    await client.close();
  });

  test('only others: HTTP 400', async () => {
    const { status } = await upgrade(daemon, { 'Sec-WebSocket-Protocol': 'chat, roomd.v2' });
    assert.equal(status, 400);
  });
});

describe('transport: upgrade', () => {
  test('compression that a client offers is not agreed to', async () => {
    const client = await open({ perMessageDeflate: true });
    assert.equal(client.socket.extensions, '');
    await client.close();
  });

  test('a plain GET is told to upgrade', async () => {
    assert.equal((await upgrade(daemon, { Connection: 'close', Upgrade: '' })).status, 426);
  });

  test('a wrong version of WebSocket is told the right one', async () => {
    const { status, headers } = await upgrade(daemon, { 'Sec-WebSocket-Version': '8' });
    assert.equal(status, 426);
    assert.equal(headers['sec-websocket-version'], '13');
  });

  test('a key that is no key: HTTP 400', async () => {
    assert.equal((await upgrade(daemon, { 'Sec-WebSocket-Key': 'short' })).status, 400);
  });
});

describe('transport: frames', () => {
  const notOneObject = {
    'an array': '[]',
    'a text that is no JSON': 'hello',
    'an empty text': '',
    'a number': '1',
    null: 'null',
    'two objects': '{"pong":{}}{"pong":{}}',
    'an object that breaks off': '{"pong":{}',
    'an object with a comma too many': '{"pong":{},}',
    'a byte order mark before the object': '\ufeff{"pong":{}}',
    'broken JSON deep inside': '{"publish":{"room":"a","event":"e","data":[1,2,,3]}}',
  };
  for (const [name, text] of Object.entries(notOneObject)) {
    test(`${name} closes with 4007`, async () => {
      const client = await open();
      client.sendText(text);
      assert.deepEqual(await client.closed(), { code: 4007, reason: 'protocol_error' });
    });
  }

  test('a binary frame closes with 4007', async () => {
    const client = await open();
    client.socket.send(Buffer.from('{"pong":{}}'), { binary: true });
    assert.equal((await client.closed()).code, 4007);
  });

  test('white space around the object is JSON too', async () => {
    const client = await open();
    const reply = await client.askText(99, ' \t\r\n{ "id" : 99 , "members" : { "room" : "a" } } \n');
    assert.equal(reply.id, 99);
    await client.close();
  });

  test('one message in many fragments is one command', async () => {
    const client = await open();
    const [first, ...rest] = JSON.stringify({ leave: { room: newRoom() } });
    client.socket.send(first, { binary: false, fin: false });
    for (const letter of rest) client.socket.send(letter, { binary: false, fin: false });
    client.socket.send('', { binary: false, fin: true });
    assertError(await client.next('error'), 404, 'not_joined');
    await client.close();
  });

  test('unknown fields in a command, and beside it, are ignored', async () => {
    const client = await open();
    const room = newRoom();
    const text = JSON.stringify({ id: 99, later: [1], join: { room, shade: 'blue', nested: { room: 1 } } });
    const { body } = await client.askText(99, text);
    assert.equal(body.room, room);
    await client.close();
  });
});

describe('transport: ids', () => {
  for (const id of ['1', '9007199254740991']) {
    test(`${id} is an id and comes back`, async () => {
      const client = await open({ hello: false });
      const reply = await client.askText(Number(id), `{"hello":{},"id":${id}}`);
      assert.ok(reply.text.startsWith(`{"id":${id},"hello":{`), reply.text);
      await client.close();
    });
  }

  for (const id of ['0', '-1', '1.5', '1.0', '1e3', '9007199254740992', '"7"', 'null', 'true', '[1]', '{}']) {
    test(`${id} is no id: error 400 bad_request as a push, the connection stays`, async () => {
      const client = await open();
      client.sendText(`{"id":${id},"members":{"room":"a"}}`);
      const error = await client.next('error');
      assertShape(error, { code: 'integer', reason: 'string', message: 'string', retry: 'boolean' });
      assertError(error, 400, 'bad_request');
      await client.fence('a');
      await client.close();
    });
  }

  test('an id that stands twice is none', async () => {
    const client = await open();
    client.sendText('{"id":1,"members":{"room":"a"},"id":2}');
    assertError(await client.next('error'), 400, 'bad_request');
    await client.close();
  });

  test('an id may be used again', async () => {
    const client = await open();
    for (let i = 0; i < 3; ++i) await client.askText(5, '{"id":5,"members":{"room":"a"}}');
    await client.close();
  });

  test('without an id there is no reply', async () => {
    const client = await open();
    const room = newRoom();
    client.send({ join: { room } });
    client.send({ publish: { room, event: 'e', data: 1 } });
    client.send({ history: { room } });
    client.send({ members: { room } });
    client.send({ identity: { info: {} } });
    client.send({ leave: { room } });
    await client.fence(room);
    assert.deepEqual(client.take(), []);
    await client.close();
  });

  test('an error of a command without an id comes as a push', async () => {
    const client = await open();
    client.send({ leave: { room: newRoom() } });
    assertError(await client.next('error'), 404, 'not_joined');
    await client.close();
  });

  test('replies to one room’s commands come in the order in which the commands were sent', async () => {
    const client = await open();
    const room = newRoom();
    const order = [];
    const commands = [
      ['join', { room }], ['publish', { room, event: 'e', data: 1 }], ['publish', { room, event: '', data: 1 }],
      ['history', { room }], ['leave', { room }], ['leave', { room }], ['members', { room }], ['join', {}],
    ];
    await Promise.allSettled(Array.from({ length: 8 }, (_, turn) => commands.map(([command, fields], i) => (
      client.ask(command, fields).finally(() => order.push(turn * commands.length + i))
    ))).flat());
    assert.deepEqual(order, order.map((_, i) => i));
    await client.close();
  });
});
