// A room's traffic: `total` numbered messages, which wait for members that are far behind, so that cuts and resumes
// fall into live traffic and not behind its end.
import { deferred } from './wait.js';

const underWay = 20;

export class Feed {
  head = 0;
  members = [];
  #running = false;
  #sent = 0;
  #done = deferred();
  #waiting = [];

  constructor(client, room, total, lead) {
    Object.assign(this, { client, room, total, lead });
  }

  /** Publishes all; returns when the last one is acknowledged. */
  run() {
    this.#running = true;
    this.moved();
    return this.#done.promise;
  }

  /** A member has got on: more may be sent. */
  moved() {
    if (!this.#running) return;
    const slowest = this.members.reduce((least, { watch }) => Math.min(least, watch.next), Infinity);
    while (this.#sent < this.total && this.#sent < this.head + underWay && this.#sent < slowest + this.lead) this.#publish();
  }

  /** When the head is there, or no more comes. */
  reaches(seq) {
    if (this.head >= Math.min(seq, this.total)) return Promise.resolve();
    const waiter = Object.assign(deferred(), { seq: Math.min(seq, this.total) });
    this.#waiting.push(waiter);
    return waiter.promise;
  }

  #publish() {
    const data = ++this.#sent;
    this.client.ask('publish', { room: this.room, event: 'e', data }).then(({ seq }) => this.#stored(seq), this.#done.reject);
  }

  #stored(seq) {
    this.head = seq;
    const [there, not] = [this.#waiting.filter((w) => w.seq <= seq), this.#waiting.filter((w) => w.seq > seq)];
    this.#waiting = not;
    for (const waiter of there) waiter.resolve();
    if (seq === this.total) return this.#done.resolve();
    this.moved();
  }
}
