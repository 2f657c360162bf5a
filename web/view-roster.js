// The panel's upper part: one's own name, and who is in the room on how many devices.
import { avatar, count, find, make } from './dom.js';

export class RosterView {
  #typing = new Set();

  constructor({ roster, me }) {
    Object.assign(this, { roster, me });
  }

  draw() {
    const { user, session } = this.me();
    const members = this.roster.list(user);
    find('#members').replaceChildren(...members.map((member) => this.#row(member, user, session)));
    find('#member-count').textContent = String(members.length);
    find('#panel-count').textContent = String(members.length);
    find('#me-avatar').replaceChildren(avatar(user, this.roster.name(user)));
  }

  typing(users) {
    this.#typing = new Set(users);
    for (const row of find('#members').children) row.classList.toggle('typing-now', this.#typing.has(row.dataset.user));
    find('#typing').textContent = typingText(users.map((user) => this.roster.name(user)));
  }

  #row({ user, sessions }, me, session) {
    const name = this.roster.name(user);
    const label = make('span', 'name', name);
    label.dir = 'auto';
    const row = make(
      'li', '',
      avatar(user, name),
      make('span', 'who', label, make('span', 'id', `id ${user}`)),
      user === me ? make('span', 'tag', 'you') : null,
      devices(sessions, session),
    );
    row.dataset.user = user;
    row.classList.toggle('typing-now', this.#typing.has(user));
    return row;
  }
}

/** One dot a device, ours filled; many are only counted. */
function devices(sessions, mine) {
  const number = Math.max(1, sessions.length);
  const here = sessions.includes(mine);
  const text = count(number, 'device') + (here && number > 1 ? ', this is one of them' : '');
  const dots = make('span', 'devices');
  dots.title = text;
  dots.append(make('span', 'sr', text));
  if (number > 4) dots.append(make('span', 'many', `×${number}`));
  else for (let i = 0; i < number; i++) dots.append(make('i', here && sessions[i] === mine ? 'mine' : ''));
  return dots;
}

function typingText(names) {
  if (names.length === 0) return '';
  if (names.length > 2) return `${names.length} people are typing…`;
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} typing…`;
}

/** The form for one's own name; `rename(name)` resolves when the server has it. */
export function bindName(name, rename) {
  const field = find('#name');
  const saved = find('#saved');
  field.value = name;
  const save = async () => {
    const next = field.value.trim();
    field.value = next || name;
    if (!next || next === name) return;
    name = next;
    saved.textContent = (await rename(next)) ? 'Saved' : 'Saved for when the line is back';
    saved.animate([{ opacity: 1 }, { opacity: 1, offset: 0.7 }, { opacity: 0 }], 2_400);
  };
  field.addEventListener('change', save);
  find('#me').addEventListener('submit', (event) => {
    event.preventDefault();
    field.blur();
  });
}
