// Messages on their way out, oldest first. Pure. An entry stays until it is acknowledged or refused for good,
// so it survives any number of lost lines; its key lets the server recognise a second attempt.

/** 128 random bits. `crypto.randomUUID` would need a secure context, which plain HTTP on a LAN is not. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Outbox {
  #entries = new Map();

  constructor(limit = 200) {
    this.limit = limit;
  }

  /** Queues a message and returns its entry, or null when the queue is full. */
  add(event, data) {
    if (this.#entries.size >= this.limit) return null;
    const entry = { key: randomKey(), event, data, tried: false };
    this.#entries.set(entry.key, entry);
    return entry;
  }

  first() {
    return this.#entries.values().next().value;
  }

  /** Removes an entry that is acknowledged or refused. False if it was gone already. */
  settle(key) {
    return this.#entries.delete(key);
  }

  /** True while an entry may have been numbered without our knowing the number. */
  get unsure() {
    return this.first()?.tried ?? false;
  }

  get size() {
    return this.#entries.size;
  }
}
