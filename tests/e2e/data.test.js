// Section 1 of the protocol: `data` arrives byte for byte, on every way that it can take.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/client.js';
import { Daemon } from './support/daemon.js';
import { newRoom } from './support/shape.js';

let daemon;
let publisher;
before(async () => {
  daemon = await Daemon.start();
  publisher = await Client.open(daemon);
});
after(() => daemon.stop());

const awkward = [
  // numbers
  '0', '-0', '1.0', '1.10', '-0.0', '1e400', '1E+2', '1e-999', '0.1e1', '123456789012345678901234567890',
  '9007199254740993', '-9223372036854775809', '3.141592653589793238462643383279502884197',
  // texts
  '""', '"\\u0000"', '"\\u0041"', '"\\/"', '"/"', '"\\b\\f\\n\\r\\t\\"\\\\"', '"\\ud83c\\udfb2"', '"🎲"', '"\\ud800"',
  '"\\udc00\\ud800"', '"\\uD83c\\uDFB2"', '"\u2028\u2029"', '"\u007f\u0080\u009f"', '"\ufeff"', '"\ufffd\uffff"',
  '"e\u0301 é"', '"</script><!--"', '"\u{10ffff}"',
  // the rest
  'true', 'false', 'null', '[]', '{}', '[[],{}]',
  // order, twins, white space, names
  '{"b":1,"a":2}', '{"a":1,"a":2}', '{"":{"":""}}', '{"1":1,"0":0}', '{"__proto__":1,"constructor":2}',
  '{ "a" :\t1 ,\n"b"\r: [ 1 , 2 ] }', '{"id":1,"room":"x","seq":7,"data":{"data":1}}', '{"\\u0061":1,"a":2}',
  '{"message":{"room":"fake","seq":1}}', '"}}"', '"\\"}}{\\""',
  // depth
  '['.repeat(64) + ']'.repeat(64), `${'{"a":'.repeat(64)}1.0${'}'.repeat(64)}`,
];

const publish = (room, data, more = '') => {
  const id = publisher.newId();
  return publisher.askText(id, `{"id":${id},"publish":{"room":"${room}","event":"e","data":${data}${more}}}`);
};

/** The text of a frame holds the data as it was sent, and ends there. */
function holds({ text }, data) {
  const at = text.indexOf(`"data":${data}`);
  assert.ok(at >= 0 && ',}'.includes(text[at + 7 + data.length]), `sent ${data}, came ${text}`);
}

describe('data byte for byte', () => {
  for (const data of awkward) {
    test(JSON.stringify(data).slice(1, 60), async () => {
      const [room, member] = [newRoom(), await Client.open(daemon)];
      const { epoch } = await member.ask('join', { room });
      await publish(room, data);
      holds(await member.nextFrame('message'), data);
      await publish(room, data, ',"ephemeral":true');
      holds(await member.nextFrame('message'), data);
      holds(await member.askFrame('history', { room }), data);
      const late = await Client.open(daemon);
      await late.ask('join', { room, since: { epoch, seq: 0 } });
      holds(await late.nextFrame('message'), data);
      await member.close();
      await late.close();
    });
  }

  test('data in front of the other fields', async () => {
    const [room, member] = [newRoom(), await Client.open(daemon)];
    await member.ask('join', { room });
    publisher.sendText(`{"publish":{"data": {"a" : 1.0} ,"event":"e","room":"${room}"}}`);
    holds(await member.nextFrame('message'), '{"a" : 1.0}');
  });

  test('as large as a message may be', async () => {
    const [room, member] = [newRoom(), await Client.open(daemon)];
    await member.ask('join', { room });
    const data = `"${'ü'.repeat(32_000)}"`;
    await publish(room, data);
    holds(await member.nextFrame('message'), data);
  });
});

describe('info byte for byte', () => {
  test('in a list of members and in a push', async () => {
    const [room, watcher] = [newRoom(), await Client.open(daemon)];
    await watcher.ask('join', { room, members: true });
    const info = '{ "n" : 1.0, "big":12345678901234567890, "a":1,"a":2, "u":"\\u0041" }';
    const member = await Client.open(daemon, { hello: false });
    await member.askText(1, `{"id":1,"hello":{"user":"ada","info":${info}}}`);
    await member.askText(2, `{"id":2,"join":{"room":"${room}"}}`);
    assert.ok((await watcher.nextFrame('members')).text.includes(`"info":${info}`));
    assert.ok((await watcher.askFrame('members', { room })).text.includes(`"info":${info}`));
  });
});

describe('data that is no JSON closes with 4007', () => {
  const broken = [
    '01', '1.', '.5', '+1', '-', '1e', '0x1', 'NaN', 'Infinity', 'tru', 'True', "'a'", '"\\x41"', '"\\u12"', '"a\tb"',
    '"a\u0000b"', '"open', '[1,]', '[,1]', '{"a":1,}', '{a:1}', '{"a"}', '{"a":}', '[1 2]', '/**/1', '', '1 1', '\u00a01',
    '[}', 'undefined',
  ];
  for (const data of broken) {
    test(JSON.stringify(data), async () => {
      const client = await Client.open(daemon);
      client.sendText(`{"publish":{"room":"a","event":"e","data":${data}}}`);
      assert.equal((await client.closed()).code, 4007);
    });
  }
});
