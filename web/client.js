// A room, held open: connects, joins, resumes where it left off, and sends what waits. No DOM.
//
//   const client = new RoomClient({ url: 'wss://host/v1/ws', room: 'lobby', user: '7', info: { name: 'Ada' } });
//   client.addEventListener('message', ({ detail }) => …);
//   client.connect();
//
// Events, each a CustomEvent with `detail`:
//   phase    { name, text, code, until }    connecting, joining, live, waiting, cut, stopped; `until` is the
//                                            time (ms) of the next attempt where there is one
//   joined   { session, user, position, catchUp }   catchUp is null on the first join
//   message  { message, missed, own }        stored and numbered, in order, each once
//   signal   message                         ephemeral: no number, may be lost
//   queued   entry                           a publish of ours begins to wait; `key` names it from here on
//   settled  { key, seq, time, missed }      it is stored under this number
//   refused  { key, error }                  it never will be
//   members  { reset, joined, left, updated, more, partial }; `more` is there in the pages of a list that is told
//            anew, `partial` where the list in the reply to a join goes on
//   gap      { from, to }        epoch  { epoch, seq }
//   progress catchUp                         a resume moves on, `done` when it is complete
//   fault    { kind, from, to }              the server broke a promise: `hole` or `repeat`
//   error    { code, reason, message }       an error that answers nothing in particular
//   frame    { direction, text }             every text on the line, with tokens blanked
import { CommandError, Line, LineLost } from './line.js';
import { Outbox } from './outbox.js';
import { CatchUp, Position } from './position.js';
import { Backoff, closeRule, removalRule } from './reconnect.js';

const retryPause = 1_000;
const mostMembers = 10_000; // are counted

export class RoomClient extends EventTarget {
  position = new Position();
  outbox = new Outbox();
  phase = { name: 'stopped' };
  session = null;
  #line = null;
  #backoff = new Backoff();
  #timer;
  #since = false; // the position is one that a join can resume from
  #catchUp = null;
  #liveAt = 0;
  #lostAt = 0;
  #maxMessage = Infinity;
  #flushing = null; // the line that the queue is being sent on

  /** `token` takes the place of `user` and `info` where the server asks for one; `last` is for the first join. */
  constructor({ url, room, user, info = {}, token = null, last = 50 }) {
    super();
    Object.assign(this, { url, room, user, info, token, last });
  }

  /** Connects now, whatever was planned. Does nothing on a line that is up or coming up. */
  connect() {
    if (this.#line) return;
    clearTimeout(this.#timer);
    this.#attempt();
  }

  /** Drops the line and comes back after `pause` ms; with null it waits for `connect`. */
  cut(pause = null) {
    this.#lose();
    this.#plan('cut', { text: 'The line is cut' }, pause);
  }

  /** Queues a message for the room and returns its key; null when too much waits already. */
  publish(event, data) {
    const entry = this.outbox.add(event, data);
    if (!entry) return null;
    this.#emit('queued', entry);
    this.#flush();
    return entry.key;
  }

  /** Sends an ephemeral message if the room can be reached, else drops it. */
  signal(event, data) {
    if (this.phase.name !== 'live') return;
    this.#line.send({ publish: { room: this.room, event, data, ephemeral: true } });
  }

  /** Changes what others see of this user; offline, the next hello carries it. */
  async identify(info) {
    this.info = info;
    if (this.phase.name === 'live') await this.#line.request('identity', { info });
  }

  /** The members with their sessions, page after page, or null when the line does not last. */
  async members() {
    if (this.phase.name !== 'live') return null;
    try {
      const all = [];
      for (let after; all.length < mostMembers;) {
        const page = await this.#line.request('members', { room: this.room, ...after });
        const [first, ...rest] = page.members;
        if (first && first.user === all.at(-1)?.user) all.at(-1).sessions.push(...first.sessions);
        else if (first) all.push(first);
        all.push(...rest);
        if (!page.next) break;
        after = { after: page.next };
      }
      return all;
    } catch {
      return null;
    }
  }

  async #attempt() {
    const line = new Line(this.url, {
      push: (push) => this.#receive(push),
      end: (code, reason) => this.#ended(code, reason),
      frame: (direction, text) => this.#frame(direction, text),
    });
    this.#line = line;
    this.#enter('connecting', { text: 'Connecting' });
    try {
      await line.opened;
      const hello = await line.request('hello', this.#greeting());
      line.expectPings(hello.ping * 1_000);
      this.session = hello.session;
      this.user = hello.user;
      this.#maxMessage = hello.max_message;
      this.#enter('joining', { text: 'Joining' });
      const { epoch, seq } = this.position;
      const from = this.#since ? { since: { epoch, seq } } : { last: this.last };
      // The reply is handled in a microtask: before the browser hands over the next frame.
      this.#joined(await line.request('join', { room: this.room, ...from, members: true }));
    } catch (error) {
      if (!(error instanceof LineLost)) this.#turnedAway(error);
    }
  }

  #greeting() {
    const client = 'roomd-playground/1';
    return this.token ? { token: this.token, client } : { user: this.user, info: this.info, client };
  }

  #joined(reply) {
    const resumed = this.#since;
    const since = resumed ? { epoch: this.position.epoch, seq: this.position.seq } : null;
    this.position.join(reply, resumed);
    const away = resumed ? Date.now() - this.#lostAt : 0;
    this.#catchUp = resumed ? new CatchUp({ since, reply, away }) : null;
    this.#since = true;
    this.#liveAt = Date.now();
    this.#enter('live', { text: 'Live' });
    this.#emit('members', { reset: true, joined: reply.members ?? [], partial: 'next' in reply });
    this.#emit('joined', { session: this.session, user: this.user, position: this.position, catchUp: this.#catchUp });
    this.#checkProgress();
    this.#flush();
  }

  #receive(push) {
    const [[kind, body]] = Object.entries(push);
    if (kind === 'error') return this.#emit('error', body);
    if (body?.room !== this.room) return;
    if (kind === 'message') this.#message(body);
    else if (kind === 'members') this.#emit('members', body);
    else if (kind === 'gap') this.#gap(body);
    else if (kind === 'epoch') this.#restarted(body);
    else if (kind === 'removed') this.#removed(body);
  }

  #message(message) {
    const { seq, key, time } = message;
    if (seq === undefined) return this.#emit('signal', message);
    const verdict = this.position.deliver(seq);
    if (verdict === 'repeat') return this.#emit('fault', { kind: 'repeat', from: seq, to: seq });
    const missed = this.#catchUp?.deliver(seq) ?? false;
    // Our own message, stored before a cut, whose acknowledgement was lost with the line.
    const own = key !== undefined && message.user === this.user && this.outbox.settle(key);
    if (own) this.#emit('settled', { key, seq, time, missed });
    else if (verdict === 'new') this.#emit('message', { message, missed });
    this.#checkPromises();
    this.#checkProgress(missed);
  }

  #gap({ from, to }) {
    this.position.skip(from, to);
    this.#catchUp?.skip(from, to);
    this.#emit('gap', { from, to });
    this.#checkProgress();
  }

  #restarted({ epoch, seq }) {
    this.position.restart(epoch, seq);
    this.#emit('epoch', { epoch, seq });
    this.#checkProgress();
  }

  #removed({ code, reason }) {
    this.#lose();
    const rule = removalRule(code);
    const why = { text: rule.text, code, reason };
    if (rule.again === 'never') this.#enter('stopped', why);
    else this.#plan('waiting', why, this.#backoff.next());
  }

  #checkPromises() {
    if (this.outbox.unsure) return;
    for (let hole; (hole = this.position.hole()); ) {
      this.position.skip(hole.from, hole.to);
      this.#emit('fault', { kind: 'hole', ...hole });
    }
  }

  #checkProgress(moved = false) {
    if (this.#catchUp && (this.#catchUp.finish(this.position) || moved)) this.#emit('progress', this.#catchUp);
  }

  /** Sends what waits, one at a time, so that a message tried again cannot be overtaken by a later one. */
  async #flush() {
    const line = this.#line;
    if (this.phase.name !== 'live' || this.#flushing === line) return;
    this.#flushing = line;
    for (let entry; line === this.#line && (entry = this.outbox.first()); ) {
      try {
        await this.#send(line, entry);
      } catch (error) {
        if (error instanceof LineLost) return;
        if (error.retry) await new Promise((resume) => setTimeout(resume, error.after ?? retryPause));
        else this.#refuse(entry, error);
      }
    }
    if (this.#flushing === line) this.#flushing = null;
  }

  async #send(line, entry) {
    const { key, event, data } = entry;
    const publish = { room: this.room, event, data, key };
    const size = new TextEncoder().encode(JSON.stringify({ id: Number.MAX_SAFE_INTEGER, publish })).length;
    if (size > this.#maxMessage) throw new CommandError({ code: 413, reason: 'too_large', message: 'The message is too long' });
    entry.tried = true;
    const { epoch, seq } = await line.request('publish', publish);
    if (epoch === this.position.epoch) this.position.account(seq);
    if (this.outbox.settle(key)) this.#emit('settled', { key, seq, time: Date.now(), missed: false });
    this.#checkPromises();
    this.#checkProgress();
  }

  #refuse({ key }, error) {
    this.outbox.settle(key);
    this.#emit('refused', { key, error });
  }

  /** A hello or join that was answered with an error. */
  #turnedAway(error) {
    this.#lose();
    if (error.retry) this.#plan('waiting', { text: error.message, code: error.code }, error.after ?? this.#backoff.next());
    else this.#enter('stopped', { text: error.message, code: error.code, reason: error.reason });
  }

  #ended(code, reason) {
    this.#lose();
    const rule = closeRule(code);
    const why = { text: rule.text, code, reason };
    if (rule.again === 'never' || rule.again === 'token') return this.#enter('stopped', why);
    const atOnce = rule.again === 'now' && this.#backoff.attempts === 0;
    const pause = this.#backoff.next();
    this.#plan('waiting', why, atOnce ? 0 : pause);
  }

  #lose() {
    clearTimeout(this.#timer);
    if (this.phase.name === 'live') {
      this.#lostAt = Date.now();
      this.#backoff.stayedUp(this.#lostAt - this.#liveAt);
    }
    this.#line?.drop();
    this.#line = null;
    this.#flushing = null;
    this.#catchUp = null;
  }

  #plan(name, why, pause) {
    if (pause !== null) this.#timer = setTimeout(() => this.#attempt(), pause);
    this.#enter(name, { ...why, until: pause === null ? null : Date.now() + pause });
  }

  #enter(name, details) {
    this.phase = { name, ...details };
    this.#emit('phase', this.phase);
  }

  #frame(direction, text) {
    const shown = this.token ? text.replaceAll(this.token, '…') : text;
    this.#emit('frame', { direction, text: shown });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
