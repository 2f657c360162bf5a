// What came and was not asked for yet, in its order; those who wait for something get it the moment it comes.
import { deferred, within } from './wait.js';

const anything = () => true;

export class Queue {
  #items = [];
  #waiting = new Set();
  #ended;

  get length() {
    return this.#items.length;
  }

  put(item) {
    for (const waiter of this.#waiting) {
      if (!waiter.wants(item)) continue;
      this.#waiting.delete(waiter);
      return waiter.resolve(item);
    }
    this.#items.push(item);
  }

  /** No more will come: who still waits is told why. */
  end(why) {
    this.#ended = why;
    for (const waiter of this.#waiting) waiter.reject(why);
    this.#waiting.clear();
  }

  /** The first item that `wants` says yes to; those before it stay. */
  async next(wants = anything, what = 'anything', deadline = undefined) {
    const at = this.#items.findIndex(wants);
    if (at >= 0) return this.#items.splice(at, 1)[0];
    if (this.#ended) throw this.#ended;
    const waiter = Object.assign(deferred(), { wants });
    this.#waiting.add(waiter);
    try {
      return await within(waiter.promise, () => `${what}; waiting instead: ${this.#describe()}`, deadline);
    } finally {
      this.#waiting.delete(waiter);
    }
  }

  /** Everything that is there. */
  take() {
    return this.#items.splice(0);
  }

  #describe() {
    const newest = this.#items.slice(-5).map((item) => JSON.stringify(item)?.slice(0, 200));
    return `${this.#items.length} [${newest.join(' ')}]`;
  }
}
