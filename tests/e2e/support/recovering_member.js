// A member whose line is cut at random: it comes back each time with the position that it had reached.
import { Client } from './client.js';
import { RoomWatch } from './room_watch.js';
import { deferred, within } from './wait.js';

export class RecoveringMember {
  cuts = 0;
  unrecovered = 0;

  /** `feed`: the room's traffic, see Feed. `cuts`: how often to cut; `away`: for how many messages at most. */
  constructor(daemon, feed, random, { cuts, away }) {
    Object.assign(this, { daemon, feed, random, away });
    this.plan = Array.from({ length: cuts }, () => 1 + random.below(feed.total - 1)).sort((a, b) => a - b);
  }

  /** Joins for the first time; the feed has to be at its beginning. */
  async enter() {
    this.client = await this.#connect();
    const { epoch, seq } = await this.client.ask('join', { room: this.feed.room });
    this.watch = new RoomWatch(this.feed.room, epoch, seq + 1);
    this.feed.members.push(this);
    this.#listen();
  }

  /** Until it has every number of the feed, or knows that it will not get it. */
  async run() {
    while (!this.#atEnd()) {
      await within(this.reached.promise, () => `${this.feed.room} at ${this.watch.next}, wanted ${this.#goal()}`, 240_000);
      if (this.plan.length > 0) await this.#cutAndComeBack();
      else if (!this.#atEnd()) this.#listen();
    }
    await this.client.cut();
  }

  #connect() {
    return Client.open(this.daemon, { allowSynchronousEvents: true });
  }

  #atEnd() {
    return this.plan.length === 0 && this.watch.next > this.feed.total;
  }

  #goal() {
    return this.plan[0] ?? this.feed.total;
  }

  #listen() {
    this.reached = deferred();
    const look = () => {
      if (this.watch.next > this.#goal()) this.reached.resolve();
      this.feed.moved();
    };
    this.client.onPush = (push) => {
      try {
        this.watch.take(push);
        look();
      } catch (broken) {
        this.reached.reject(broken);
      }
    };
    look();
  }

  async #cutAndComeBack() {
    this.plan.shift();
    await this.#cut();
    await this.feed.reaches(this.watch.next + this.random.below(this.away));
    this.client = await this.#connect();
    const join = this.client.ask('join', { room: this.feed.room, since: this.watch.since });
    if (this.plan.length > 0 && this.random.chance(0.2)) {  // cut again while it is coming back
      join.catch(() => {});
      return this.#cutAndComeBack();
    }
    this.#listen();
    const { recovered } = await join;
    if (!recovered) ++this.unrecovered;
  }

  async #cut() {
    this.client.onPush = () => {};  // what is still on its way counts as lost with the line
    await this.client.cut();
    ++this.cuts;
  }
}
