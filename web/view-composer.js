// The field for a message: Enter sends, Shift+Enter breaks the line, and pressing keys says that one types.
import { find } from './dom.js';
import { TypingSender } from './typing.js';

/**
 * @param {{room: string, send: Function, typing: Function}} context  `send(text)` is false when nothing more can
 *   wait; `typing(active)` tells the others.
 */
export function bindComposer({ room, send, typing }) {
  const form = find('#composer');
  const field = find('#text');
  const sender = new TypingSender();
  field.placeholder = `Write to #${room}`;

  const fit = () => {
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
    form.classList.toggle('filled', field.value.trim() !== '');
  };
  field.addEventListener('input', () => {
    fit();
    if (field.value === '') return sender.stopped(Date.now()) && typing(false);
    if (sender.pressed(Date.now())) typing(true);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || !send(text)) return;
    field.value = '';
    sender.stopped(Date.now());
    fit();
  });
  field.focus({ preventScroll: true });
}
