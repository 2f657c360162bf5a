// The form that asks for a name, a user id and a room, shown where the address does not say.
import { find } from './dom.js';
import { newUser, placeAddress } from './place.js';

export function showStart({ room, user, name }) {
  const form = find('#start-form');
  const fields = form.elements;
  fields.name.value = name;
  fields.user.value = user || newUser();
  fields.room.value = room || 'lobby';
  find('#start').hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const next = { room: fields.room.value.trim(), user: fields.user.value.trim(), name: fields.name.value.trim() };
    if (next.room && next.user) location.assign(placeAddress(next) + location.hash);
  });
  fields.name.focus();
}
