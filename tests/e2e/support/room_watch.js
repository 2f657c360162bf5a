// One member's record of a room: what it was given, and whether that keeps the promises 1 and 2: increasing numbers,
// each at most once, and for every hole a gap or an epoch that says so.
import assert from 'node:assert/strict';

export class RoomWatch {
  /** Numbers lost by a `gap`, and how often the numbering began again. */
  lost = 0;
  restarts = 0;
  received = 0;

  /** `next`: the first number that has to come. */
  constructor(room, epoch, next) {
    Object.assign(this, { room, epoch, next });
  }

  get since() {
    return { epoch: this.epoch, seq: this.next - 1 };
  }

  /** Takes a push of any kind and room. */
  take({ kind, body }) {
    if (body.room !== this.room) return;
    if (kind === 'message') this.#message(body);
    if (kind === 'gap') this.#gap(body);
    if (kind === 'epoch') this.#restart(body);
  }

  /** The acknowledgement of an own publish without echo stands for its message. */
  own(seq) {
    this.#expect(seq);
    ++this.next;
  }

  #message({ seq }) {
    if (seq === undefined) return;
    this.#expect(seq);
    ++this.next;
    ++this.received;
  }

  #gap({ from, to }) {
    this.#expect(from);
    assert.ok(to >= from, `${this.room}: an empty gap ${from}–${to}`);
    this.lost += to - from + 1;
    this.next = to + 1;
  }

  #restart({ epoch, seq }) {
    ++this.restarts;
    this.epoch = epoch;
    this.next = seq + 1;
  }

  #expect(seq) {
    const what = seq < this.next ? 'again or out of order' : 'after a silent hole';
    assert.equal(seq, this.next, `${this.room}: ${seq} ${what}, wanted ${this.next}`);
  }
}
