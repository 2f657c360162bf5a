// The typing indicator, both ways. Pure: the time (ms) comes in. It travels as an ephemeral event
// `typing` { active }, repeated while keys are pressed; what is not repeated is forgotten.

const repeatEvery = 2_000;
const forgetAfter = 4_000;

/** Says when to tell the others. */
export class TypingSender {
  #toldAt = -Infinity;

  /** A key was pressed: true if it is time to say so (again). */
  pressed(now) {
    if (now - this.#toldAt < repeatEvery) return false;
    this.#toldAt = now;
    return true;
  }

  /** The field was emptied or sent: true if the others think that we type. */
  stopped(now) {
    const told = now - this.#toldAt < forgetAfter;
    this.#toldAt = -Infinity;
    return told;
  }
}

/** Remembers who types. */
export class TypingBoard {
  #until = new Map(); // user → time

  set(user, active, now) {
    if (active) this.#until.set(user, now + forgetAfter);
    else this.#until.delete(user);
  }

  /** The users who type now; forgets the others. */
  users(now) {
    for (const [user, until] of this.#until) if (until <= now) this.#until.delete(user);
    return [...this.#until.keys()];
  }
}
