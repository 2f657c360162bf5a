// The drawer with the raw frames of the line, newest last, bounded.
import { find, make } from './dom.js';

const limit = 300;

export class FramesView {
  #list = find('#frame-list');
  #drawer = find('#frames');
  #count = 0;

  constructor() {
    this.#drawer.addEventListener('toggle', () => this.#toEnd());
  }

  frame({ direction, text }) {
    const sign = make('span', 'sign', direction === 'in' ? '↓' : '↑');
    sign.title = direction === 'in' ? 'received' : 'sent';
    this.#add(direction, sign, make('code', '', text));
  }

  phase({ name, text, code }) {
    const sign = make('span', 'sign', '·');
    this.#add('note', sign, make('span', '', `${name} — ${text}${code ? ` (${code})` : ''}`));
  }

  #add(kind, ...parts) {
    const follow = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40;
    const clock = new Date().toLocaleTimeString([], { hour12: false });
    this.#list.append(make('li', kind, make('time', '', clock), ...parts));
    if (this.#list.children.length > limit) this.#list.firstChild.remove();
    if (kind !== 'note') find('#frame-count').textContent = String(++this.#count);
    if (follow) this.#toEnd();
  }

  #toEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}
