// The page: reads where it stands, opens the room, and ties the client's events to the views.
import { RoomClient } from './client.js';
import { find } from './dom.js';
import { keepName, keptName, lineAddress, newUser, placeAddress, readPlace } from './place.js';
import { Roster } from './roster.js';
import { TypingBoard } from './typing.js';
import { bindComposer } from './view-composer.js';
import { FramesView } from './view-frames.js';
import { LineView } from './view-line.js';
import { bindName, RosterView } from './view-roster.js';
import { showStart } from './view-start.js';
import { resumeText, StreamView } from './view-stream.js';

const recount = 15_000; // devices come and go without a push

const place = readPlace(location);
if (place.room && (place.user || place.token)) openRoom(place);
else showStart(place);

function openRoom({ room, user, token, name: asked }) {
  let name = asked || keptName(user) || `User ${user}`;
  const client = new RoomClient({ url: lineAddress(location), room, user, token, info: { name } });
  const roster = new Roster();
  const me = () => ({ user: client.user, session: client.session });
  const on = (type, handle) => client.addEventListener(type, ({ detail }) => handle(detail));

  document.title = `#${room} · roomd`;
  find('#room').textContent = room;
  find('#as-other').href = placeAddress({ room, user: newUser() });
  find('#as-me').href = placeAddress({ room, user });
  find('#app').hidden = false;

  const stream = new StreamView({ roster, me });
  bindStream(client, stream, on);
  bindMembers(client, { roster, me, stream, on });
  bindLine(client, on);
  bindPanel();
  bindComposer({
    room,
    send: (text) => client.publish('message', { text, name }) !== null,
    typing: (active) => client.signal('typing', { active }),
  });
  bindName(name, async (next) => {
    name = next;
    keepName(user, name);
    await client.identify({ ...client.info, name }).catch(() => {});
    roster.apply({ updated: [{ user: client.user, info: client.info }] });
    return client.phase.name === 'live';
  });
  client.connect();
}

function bindStream(client, stream, on) {
  let absence = null; // the mark that tells of the last cut
  let last = 'connecting';
  on('phase', ({ name, text }) => {
    if (last === 'live') absence = stream.mark(client.position.seq, text, 'busy');
    last = name;
  });
  const tell = (catchUp) => {
    const { text, tone } = resumeText(catchUp);
    absence?.(text, tone);
  };
  on('joined', ({ catchUp }) => catchUp && tell(catchUp));
  on('progress', tell);
  on('message', ({ message, missed }) => stream.message(message, missed));
  on('queued', (entry) => stream.queued(entry));
  on('settled', (detail) => stream.settled(detail));
  on('refused', (detail) => stream.refused(detail));
  on('epoch', ({ seq }) => stream.restart(seq));
  on('gap', ({ from, to }) => stream.mark(to, `${range(from, to)} will not come: the history no longer has them`, 'warn'));
  on('fault', ({ kind, from, to }) => {
    const what = kind === 'hole' ? 'missing without a word' : 'came a second time';
    stream.mark(to, `${range(from, to)} ${what}: please report this`, 'bad');
  });
  on('error', ({ message, reason }) => stream.mark(client.position.seq, message || reason, 'warn'));
}

function bindMembers(client, { roster, me, stream, on }) {
  const view = new RosterView({ roster, me });
  const board = new TypingBoard();
  const draw = () => {
    view.draw();
    stream.refresh();
  };
  const count = async () => {
    const members = await client.members();
    if (!members) return;
    roster.apply({ reset: true, joined: members });
    draw();
  };
  const heard = (user, active) => {
    if (user !== client.user) board.set(user, active, Date.now());
    view.typing(board.users(Date.now()));
  };
  on('members', (change) => {
    tellChange(change, { roster, stream, me: client.user, seq: client.position.seq });
    roster.apply(change);
    draw();
    const counted = change.reset && change.joined.every(({ sessions }) => sessions) && !change.partial;
    if (!counted && !change.more) count();
  });
  // A member's second device is no news to the server's members push, so it tells the others itself.
  on('joined', () => client.signal('device', {}));
  on('signal', ({ event, data, user, session }) => {
    if (event === 'typing') heard(user, data?.active === true);
    if (roster.isNewDevice(user, session)) count();
  });
  on('message', ({ message }) => heard(message.user, false));
  setInterval(() => view.typing(board.users(Date.now())), 500);
  setInterval(() => document.hidden || count(), recount);
  document.addEventListener('visibilitychange', () => document.hidden || count());
}

/** Says in the stream who came, went or took another name. */
function tellChange({ reset, more, joined = [], left = [], updated = [] }, { roster, stream, me, seq }) {
  if (reset || more !== undefined) return; // a list that is told anew
  const isNews = ({ user }) => user !== me && !roster.has(user);
  const called = ({ user, info }) => info?.name || roster.name(user);
  for (const member of joined.filter(isNews)) stream.mark(seq, `${called(member)} came in`, 'quiet');
  for (const member of left) stream.mark(seq, `${called(member)} left`, 'quiet');
  for (const member of updated) {
    const before = roster.name(member.user);
    if (before !== called(member)) stream.mark(seq, `${before} is now ${called(member)}`, 'quiet');
  }
}

function bindLine(client, on) {
  const frames = new FramesView();
  const view = new LineView({ cut: (pause) => client.cut(pause), connect: () => client.connect() });
  on('phase', (phase) => {
    view.phase(phase);
    frames.phase(phase);
  });
  on('frame', (frame) => frames.frame(frame));
  on('joined', (detail) => view.joined(detail));
  on('fault', (fault) => view.fault(fault));
  for (const type of ['message', 'settled', 'gap', 'epoch']) on(type, () => view.position(client.position));
  // The network or the reader is back: no reason to sit out the pause.
  const hurry = () => client.phase.name === 'waiting' && !document.hidden && client.connect();
  addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
}

function bindPanel() {
  const toggle = find('#panel-toggle');
  const open = (wanted) => {
    find('#app').classList.toggle('panel-open', wanted);
    toggle.setAttribute('aria-expanded', String(wanted));
  };
  toggle.addEventListener('click', () => open(toggle.getAttribute('aria-expanded') !== 'true'));
  find('.talk').addEventListener('click', () => open(false));
  addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || toggle.getAttribute('aria-expanded') !== 'true') return;
    open(false);
    toggle.focus();
  });
}

function range(from, to) {
  return from === to ? `Number ${from}` : `Numbers ${from} to ${to}`;
}
