// When and whether to come back after the line is lost. Pure: no timers, no sockets; times are milliseconds.

/**
 * What a close code asks of the client: `again` is how to come back.
 * - `now`      at once, the node only makes way for another
 * - `back-off` after a growing pause
 * - `token`    with a new token
 * - `never`    the same attempt would end the same way
 */
const closeCodes = new Map([
  [1001, { again: 'now', text: 'This node is making way for another' }],
  [1007, { again: 'never', text: 'The server read invalid text' }],
  [1009, { again: 'never', text: 'A message was too big' }],
  [1011, { again: 'back-off', text: 'The server had an internal error' }],
  [4001, { again: 'never', text: 'Not authorised' }],
  [4002, { again: 'token', text: 'The token has expired' }],
  [4003, { again: 'never', text: 'Disconnected by the server' }],
  [4004, { again: 'back-off', text: 'The greeting took too long' }],
  [4005, { again: 'back-off', text: 'The line went quiet' }],
  [4006, { again: 'back-off', text: 'This reader fell too far behind' }],
  [4007, { again: 'never', text: 'The server refused what was sent' }],
  [4008, { again: 'back-off', text: 'Too many connections' }],
]);

/** The rule for a close code; codes without one of their own (1005, 1006, …) are a line that broke. */
export function closeRule(code) {
  return closeCodes.get(code) ?? { again: 'back-off', text: 'The line broke' };
}

/** What the server's `removed` asks of the client: the room is well, or is made anew, and may be joined again. */
const removals = new Map([
  [1011, { again: 'back-off', text: 'The room had an internal error' }],
  [1013, { again: 'back-off', text: 'The room’s history cannot be read at the moment' }],
]);

/** The rule for the code of a `removed`; codes without one of their own mean that the server wants the client out. */
export function removalRule(code) {
  return removals.get(code) ?? { again: 'never', text: 'The server took you out of the room' };
}

/** Pauses that double up to a ceiling, with jitter so that a thousand clients do not come back as one. */
export class Backoff {
  #attempts = 0;

  constructor({ first = 500, most = 30_000, steady = 5_000, random = Math.random } = {}) {
    Object.assign(this, { first, most, steady, random });
  }

  /** The next pause: between half and all of the doubled value. */
  next() {
    const whole = Math.min(this.most, this.first * 2 ** this.#attempts++);
    return Math.round(whole / 2 + (this.random() * whole) / 2);
  }

  /** Forgets past failures once a line has stayed up for `steady`. */
  stayedUp(duration) {
    if (duration >= this.steady) this.#attempts = 0;
  }

  get attempts() {
    return this.#attempts;
  }
}
