// Chance that can be had again: the seed is printed, and E2E_SEED gives it back.
export function seededRandom(t) {
  const seed = Number(process.env.E2E_SEED ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;
  t.diagnostic(`E2E_SEED=${seed}`);
  return new Random(seed);
}

export class Random {
  #state;

  constructor(seed) {
    this.#state = seed;
  }

  /** From 0 up to 1 (mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end) {
    return Math.floor(this.next() * end);
  }

  chance(share) {
    return this.next() < share;
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}
