// Where this page stands: the room and the user, read from the address, and the name kept for the user.

/**
 * `/ui/{room}?id_user=N`, with `name=` as an option and a token as `#token=…`: the part after # stays in the
 * browser, so that it is in no server's log.
 */
export function readPlace(location) {
  const query = new URLSearchParams(location.search);
  const fragment = new URLSearchParams(location.hash.slice(1));
  return {
    room: decode(location.pathname.replace(/^\/ui\/?/, '')),
    user: query.get('id_user') ?? '',
    name: query.get('name') ?? '',
    token: fragment.get('token'),
  };
}

export function placeAddress({ room, user, name }) {
  const query = new URLSearchParams({ id_user: user, ...(name ? { name } : {}) });
  return `/ui/${encodeURIComponent(room)}?${query}`;
}

export function lineAddress(location) {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/v1/ws`;
}

/** A user id for someone who has none yet. */
export function newUser() {
  return String(100 + Math.floor(Math.random() * 900));
}

export function keptName(user) {
  try {
    return localStorage.getItem(`roomd.name.${user}`);
  } catch {
    return null; // storage is switched off
  }
}

export function keepName(user, name) {
  try {
    localStorage.setItem(`roomd.name.${user}`, name);
  } catch {
    // The name then lasts as long as the page.
  }
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
