// Small helpers for the views. Text from outside reaches the page as text nodes only, never as markup.

export const find = (selector, root = document) => root.querySelector(selector);

/** An element with a class and children; strings become text nodes. */
export function make(tag, className = '', ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A round badge with the initials of a name, in a colour of the user's own. */
export function avatar(user, name) {
  const badge = make('span', 'avatar', initials(name));
  badge.style.setProperty('--hue', hue(user));
  badge.setAttribute('aria-hidden', 'true');
  return badge;
}

export function initials(name) {
  const words = name.trim().split(/\s+/u);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...word][0] ?? '').join('').toLocaleUpperCase();
}

/** Neighbouring numbers lie a golden angle apart, so that users 1, 2 and 3 look unlike. */
export function hue(user) {
  let hash = /^\d{1,9}$/.test(user) ? Number(user) : 0;
  if (!hash) for (const letter of String(user)) hash = (hash * 31 + letter.codePointAt(0)) % 100_003;
  return ((hash * 137.508) % 360).toFixed(1);
}

/** A time of day, with the date where it is not today's. */
export function timeText(time) {
  const date = new Date(time);
  const today = new Date().toDateString() === date.toDateString();
  const clock = { hour: '2-digit', minute: '2-digit' };
  return date.toLocaleString([], today ? clock : { ...clock, day: 'numeric', month: 'short' });
}

export function seconds(duration) {
  return duration < 9_500 ? `${(duration / 1_000).toFixed(1)} s` : `${Math.round(duration / 1_000)} s`;
}

export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}
