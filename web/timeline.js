// What the stream shows, in the room's order. Pure.
//
// An item stands at (era, seq): the era counts the epochs seen, so that a restarted numbering comes after the
// old one. A mark shares the seq of the message it follows. What waits to be sent stands at the end.

export const waiting = { era: Infinity, seq: Infinity };

export class Timeline {
  items = [];

  constructor(limit = 500) {
    this.limit = limit;
  }

  /** Puts an item after all that stand at or before its place, and returns its index. */
  add(item) {
    let index = this.items.length;
    while (index > 0 && isBefore(item, this.items[index - 1])) index--;
    this.items.splice(index, 0, item);
    return index;
  }

  /** Takes an item to its new place and returns its index. */
  move(item, place) {
    this.items.splice(this.items.indexOf(item), 1);
    return this.add(Object.assign(item, place));
  }

  /** Removes and returns the oldest item while there are more than the limit allows, else undefined. */
  shed() {
    return this.items.length > this.limit ? this.items.shift() : undefined;
  }
}

function isBefore(a, b) {
  return a.era === b.era ? a.seq < b.seq : a.era < b.era;
}
