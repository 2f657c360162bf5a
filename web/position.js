// Where this client stands in a room's log, and whether the server keeps its word about it. Pure.
//
// The position (epoch, seq) is the newest number up to which every number is accounted for: delivered,
// acknowledged as one's own, or declared gone by a gap. It is what a resume may safely start from.

export class Position {
  epoch = null;
  seq = 0;
  #ahead = [];    // stretches { from, to } accounted for, ascending, with a number below still open
  #delivered = 0; // newest number pushed in this membership: the next has to be higher

  /** Takes a join's reply. `resumed` tells whether the join asked for `since` this position. */
  join(reply, resumed) {
    if (!resumed) this.restart(reply.epoch, reply.seq - reply.missed);
    // Nothing lost under a new epoch: its numbering goes on from where we stand.
    else if (reply.recovered) this.epoch = reply.epoch;
    this.#delivered = this.seq;
  }

  /** The numbering was restarted: the next message is `seq` + 1 of `epoch`. */
  restart(epoch, seq) {
    this.epoch = epoch;
    this.seq = seq;
    this.#ahead = [];
    this.#delivered = seq;
  }

  /**
   * A message was pushed. Returns `new`; `known` when it was accounted for before this membership or by an
   * acknowledgement; `repeat` when it breaks the promise of increasing order within a membership.
   */
  deliver(seq) {
    if (seq <= this.#delivered) return 'repeat';
    this.#delivered = seq;
    return this.account(seq) ? 'new' : 'known';
  }

  /** Accounts for one number, such as that of one's own acknowledged publish. False if it was already. */
  account(seq) {
    const known = seq <= this.seq || this.#ahead.some(({ from, to }) => from <= seq && seq <= to);
    if (!known) this.skip(seq, seq);
    return !known;
  }

  /** Accounts for a stretch, both ends included, such as what the server says it will never deliver. */
  skip(from, to) {
    const last = this.#ahead.at(-1);
    if (last?.to === from - 1) last.to = to;
    else this.#ahead.push({ from, to });
    this.#ahead.sort((a, b) => a.from - b.from);
    while (this.#ahead.length && this.#ahead[0].from <= this.seq + 1) {
      this.seq = Math.max(this.seq, this.#ahead.shift().to);
    }
  }

  /**
   * The oldest stretch that was passed over in silence, or null. A publish of one's own that is not yet
   * acknowledged may stand in it, so ask only when there is none.
   */
  hole() {
    if (this.#delivered <= this.seq) return null;
    return { from: this.seq + 1, to: this.#ahead[0].from - 1 };
  }
}

/** Counts a resume home: what the join's reply promised against what came. */
export class CatchUp {
  arrived = 0;
  lost = 0;
  done = false;

  constructor({ since, reply, away }) {
    const { epoch, seq, missed, recovered } = reply;
    Object.assign(this, { since, epoch, head: seq, missed, recovered, away });
  }

  /** A message was pushed. True if it belongs to what was missed. */
  deliver(seq) {
    const missed = !this.done && seq <= this.head;
    if (missed) this.arrived++;
    return missed;
  }

  skip(from, to) {
    if (!this.done) this.lost += to - from + 1;
  }

  /** True once, when `position` has reached the head that the reply named. */
  finish(position) {
    if (this.done || position.epoch !== this.epoch || position.seq < this.head) return false;
    this.done = true;
    return true;
  }

  get whole() {
    return this.recovered && this.lost === 0 && this.arrived === this.missed;
  }
}
