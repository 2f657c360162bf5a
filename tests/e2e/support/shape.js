// What an object looks like: its keys, no more and no fewer, and the type of each.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

const typeOf = (value) => {
  if (Array.isArray(value)) return 'array';
  if (Number.isSafeInteger(value)) return 'integer';
  return value === null ? 'null' : typeof value;
};

/** `shape`: key → name of a type, `array` and `integer` among them. */
export function assertShape(object, shape) {
  const found = Object.fromEntries(Object.entries(object).map(([key, value]) => [key, typeOf(value)]));
  assert.deepEqual(found, shape);
}

/** An error's object, as the protocol's table of errors has it. */
export function assertError(error, code, reason, { retry = false, after = false } = {}) {
  assert.deepEqual({ code: error.code, reason: error.reason, retry: error.retry }, { code, reason, retry });
  assert.equal(typeOf(error.text ?? error.message), 'string');
  assert.equal(typeOf(error.after), after ? 'integer' : 'undefined');
}

export const newRoom = (name = 'room') => `${name}-${randomBytes(6).toString('hex')}`;

/** from … to. */
export const numbers = (from, to) => Array.from({ length: Math.max(to - from + 1, 0) }, (_, i) => from + i);

export const seqs = (messages) => messages.map((message) => message.seq);
