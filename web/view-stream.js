// The stream: messages in the room's order, with marked lines where something happened to the line or the room.
import { avatar, count, find, make, seconds, timeText } from './dom.js';
import { Timeline, waiting } from './timeline.js';

const groupWithin = 5 * 60_000;

export class StreamView {
  #timeline = new Timeline();
  #waiting = new Map(); // key → item
  #ours = new Set(); // our sessions so far: a cut begins a new one
  #era = 0;
  #unread = 0;
  #scroll = find('#scroll');
  #stream = find('#stream');
  #newest = find('#newest');

  /** @param {{roster: object, me: Function}} context  `me()` is { user, session } as far as known. */
  constructor({ roster, me }) {
    Object.assign(this, { roster, me });
    this.#scroll.addEventListener('scroll', () => this.#atEnd() && this.#sayUnread(0));
    this.#newest.addEventListener('click', () => this.toEnd());
    // A stream at its end stays there when its place shrinks, as with a phone's keyboard.
    let atEnd = true;
    this.#scroll.addEventListener('scroll', () => (atEnd = this.#atEnd()));
    new ResizeObserver(() => atEnd && this.toEnd()).observe(this.#scroll);
  }

  message({ seq, event, data, user, session, time }, missed) {
    this.roster.hint(user, data?.name);
    const { text, event: label } = readable(event, data);
    const place = { era: this.#era, seq };
    this.#add({ ...place, kind: 'message', user, session, time, text, label, missed, state: 'stored' });
  }

  /** A message of our own, before it has a number. */
  queued({ key, data }) {
    const { user, session } = this.me();
    const item = { ...waiting, kind: 'message', user, session, time: Date.now(), text: data.text, state: 'waiting' };
    this.#waiting.set(key, item);
    this.#add(item);
    this.toEnd();
  }

  settled({ key, seq, time, missed }) {
    const item = this.#waiting.get(key);
    if (!item) return;
    this.#waiting.delete(key);
    Object.assign(item, { time, missed, state: 'stored' });
    this.#timeline.move(item, { era: this.#era, seq });
    this.#draw(item);
    this.#place(item);
  }

  refused({ key, error }) {
    const item = this.#waiting.get(key);
    if (!item) return;
    this.#waiting.delete(key);
    Object.assign(item, { state: 'refused', problem: error.message });
    this.#draw(item);
  }

  /** Begins a new epoch: what comes from here on is numbered anew. */
  restart(seq) {
    this.#era++;
    return this.mark(seq, 'A new epoch began: the room’s numbering was restarted', 'warn');
  }

  /** A marked line after message `seq`; returns a function that changes its text and tone. */
  mark(seq, text, tone = 'plain') {
    const item = { era: this.#era, seq, kind: 'mark', text, tone };
    this.#add(item);
    return (nextText, nextTone = tone) => {
      Object.assign(item, { text: nextText, tone: nextTone });
      this.#draw(item);
    };
  }

  /** Someone's name or our session changed: writes what it changes anew. */
  refresh() {
    this.#ours.add(this.me().session);
    for (const item of this.#timeline.items) {
      if (item.kind === 'message' && item.shown !== this.#writer(item)) this.#draw(item);
    }
  }

  toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#sayUnread(0);
  }

  #add(item) {
    const follow = this.#atEnd();
    this.#timeline.add(item);
    item.node = make('article');
    this.#draw(item);
    item.node.classList.add('entering');
    this.#place(item);
    this.#timeline.shed()?.node.remove();
    if (item.kind === 'message') find('#empty').hidden = true;
    if (follow) this.toEnd();
    else if (item.kind === 'message') this.#sayUnread(this.#unread + 1);
  }

  #place(item) {
    const { items } = this.#timeline;
    const index = items.indexOf(item);
    const next = items[index + 1];
    const place = next?.node ?? null;
    if (item.node.nextSibling !== place || !item.node.parentNode) this.#stream.insertBefore(item.node, place);
    this.#group(index);
    this.#group(index + 1);
  }

  /** Shows the writer once for messages that follow each other closely. */
  #group(index) {
    const item = this.#timeline.items[index];
    const before = this.#timeline.items[index - 1];
    if (!item || item.kind !== 'message') return;
    const follows = before?.kind === 'message' && before.user === item.user && item.time - before.time < groupWithin;
    item.node.classList.toggle('follows', follows);
  }

  #draw(item) {
    const { node } = item;
    if (item.kind === 'mark') {
      node.className = `mark ${item.tone}`;
      node.replaceChildren(make('span', '', item.text));
      return;
    }
    const follows = node.classList.contains('follows');
    node.className = `message ${item.state}`;
    node.classList.toggle('follows', follows);
    node.classList.toggle('own', item.user === this.me().user);
    node.classList.toggle('missed', Boolean(item.missed));
    node.replaceChildren(...this.#parts(item));
  }

  /** What a message shows of its writer: redrawing one that shows it already would read it out again. */
  #writer({ user, session }) {
    return `${this.roster.name(user)} ${this.#isElsewhere(user, session)}`;
  }

  #isElsewhere(user, session) {
    const me = this.me();
    return user === me.user && me.session !== null && session !== me.session && !this.#ours.has(session);
  }

  #parts(item) {
    const name = this.roster.name(item.user);
    const elsewhere = this.#isElsewhere(item.user, item.session);
    item.shown = this.#writer(item);
    const time = make('time', '', timeText(item.time));
    time.dateTime = new Date(item.time).toISOString();
    const head = make(
      'header', '',
      make('b', '', name),
      elsewhere ? make('span', 'tag', 'other device') : null,
      item.label ? make('span', 'tag', item.label) : null,
      time,
    );
    const body = make('p', '', item.text);
    body.dir = 'auto';
    const problem = item.problem ? make('p', 'problem', `Not sent: ${item.problem}`) : null;
    return [avatar(item.user ?? '', name), make('div', 'body', head, body, problem), numberOf(item)];
  }

  #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < 80;
  }

  #sayUnread(unread) {
    this.#unread = unread;
    this.#newest.hidden = unread === 0;
    this.#newest.textContent = count(unread, 'new message');
  }
}

/** What a resume brought, in words. */
export function resumeText({ away, missed, arrived, lost, done, whole, recovered }) {
  const absence = `Away for ${seconds(away)}`;
  if (!done) return { text: `${absence} · ${arrived} of ${missed} missed are back`, tone: 'busy' };
  if (whole && missed === 0) return { text: `${absence} · nothing missed`, tone: 'good' };
  if (whole) return { text: `${absence} · ${missed} missed, ${missed === 1 ? 'it' : `all ${missed}`} came back`, tone: 'good' };
  const gone = lost ? `, ${lost} gone for good` : recovered ? '' : ', older ones gone for good';
  return { text: `${absence} · ${missed + lost} missed, ${arrived} came back${gone}`, tone: 'warn' };
}

function numberOf({ state, seq, missed }) {
  const number = make('span', 'seq', state === 'stored' ? String(seq) : '');
  if (state === 'stored') number.title = missed ? `Number ${seq}, came back after a cut` : `Number ${seq} in the room`;
  if (state === 'waiting') number.append(make('span', 'sr', 'waiting'));
  return number;
}

/** This page's own messages show their text; any other event its name and what it carries. */
function readable(event, data) {
  if (event === 'message' && typeof data?.text === 'string') return { text: data.text };
  return { text: typeof data === 'string' ? data : JSON.stringify(data), event };
}
