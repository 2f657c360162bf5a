// Who is in the room, on how many devices, and what to call them. Pure.

export class Roster {
  #members = new Map(); // user → { user, info, sessions }
  #names = new Map();   // also of those who left, for the messages they wrote
  #limit = 1_000;

  /** Takes a members event: `joined` with `reset` is the whole list. */
  apply({ reset = false, joined = [], left = [], updated = [] }) {
    const before = new Map(this.#members);
    if (reset) this.#members.clear();
    for (const { user } of left) this.#members.delete(user);
    for (const member of [...joined, ...updated]) this.#put(member, before.get(member.user));
  }

  has(user) {
    return this.#members.has(user);
  }

  /** True if messages from this session come from a device that is not counted yet. */
  isNewDevice(user, session) {
    const member = this.#members.get(user);
    return Boolean(member) && !member.sessions.includes(session);
  }

  name(user) {
    return this.#members.get(user)?.info?.name || this.#names.get(user) || (user ? `User ${user}` : 'Server');
  }

  /** What a message says of its writer, used while nothing better is known. */
  hint(user, name) {
    if (typeof name === 'string' && name && !this.#names.has(user)) this.#remember(user, name);
  }

  /** All members, `me` first, then by name. */
  list(me) {
    const rank = ({ user }) => (user === me ? 0 : 1);
    return [...this.#members.values()].sort(
      (a, b) => rank(a) - rank(b) || this.name(a.user).localeCompare(this.name(b.user)),
    );
  }

  /** Changes are pushed without sessions: those known before stay until they are counted again. */
  #put({ user, info, sessions }, before) {
    this.#members.set(user, { user, info, sessions: sessions ?? before?.sessions ?? [] });
    if (typeof info?.name === 'string') this.#remember(user, info.name);
  }

  #remember(user, name) {
    this.#names.delete(user);
    this.#names.set(user, name);
    if (this.#names.size > this.#limit) this.#names.delete(this.#names.keys().next().value);
  }
}
