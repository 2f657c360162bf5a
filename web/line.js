// One WebSocket to roomd, from opening to its end; it is never reopened. Matches replies to commands, answers
// pings and notices silence. Knows nothing of rooms. Times are milliseconds.

/** The server's answer to a command was an error. `retry` and `after` are the server's advice. */
export class CommandError extends Error {
  constructor({ code, reason, message, retry = false, after }) {
    super(message || reason);
    Object.assign(this, { code, reason, retry, after });
  }
}

/** The line ended before the reply came: whether the command took effect is unknown. */
export class LineLost extends Error {}

const replyTimeout = 10_000;
const openTimeout = 10_000;

export class Line {
  #socket;
  #replies = new Map(); // id → { resolve, reject, timer }
  #nextId = 1;
  #ended = false;
  #opening;
  #quietLimit = 0;
  #quietTimer;

  /**
   * @param {string} url
   * @param {{push: Function, end: Function, frame: Function}} handlers  `push(object)` for what has no id;
   *   `end(code, reason)` once, unless `drop` was called; `frame(direction, text)` for every text, 'in' or 'out'.
   */
  constructor(url, handlers) {
    this.handlers = handlers;
    this.#socket = new WebSocket(url, 'roomd.v1');
    this.#opening = setTimeout(() => this.#fail(1006, 'no answer'), openTimeout);
    this.opened = new Promise((resolve, reject) => {
      this.#replies.set(0, { resolve, reject });
    });
    this.#socket.onopen = () => {
      clearTimeout(this.#opening);
      this.#take(0)?.resolve();
    };
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onclose = ({ code, reason }) => this.#fail(code, reason);
  }

  /** Sends a command and resolves to its reply. A reply that stays out is taken as the end of the line. */
  request(name, fields) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new LineLost());
      const timer = setTimeout(() => this.#fail(1006, `no reply to ${name}`), replyTimeout);
      this.#replies.set(id, { resolve, reject, timer });
      this.send({ id, [name]: fields });
    });
  }

  /** Sends a command that wants no reply. */
  send(command) {
    if (this.#ended || this.#socket.readyState !== WebSocket.OPEN) return;
    const text = JSON.stringify(command);
    this.#socket.send(text);
    this.handlers.frame('out', text);
  }

  /** The server pings every `interval`: far more silence than that means a dead line. */
  expectPings(interval) {
    this.#quietLimit = interval * 1.5 + 5_000;
    this.#heard();
  }

  /** Ends the line from this side, without a call of `end`. */
  drop() {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#opening);
    clearTimeout(this.#quietTimer);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    for (const id of [...this.#replies.keys()]) this.#take(id).reject(new LineLost());
  }

  #receive(text) {
    this.handlers.frame('in', text);
    this.#heard();
    const object = JSON.parse(text);
    if (object.ping) return this.send({ pong: {} });
    const waiting = object.id === undefined ? undefined : this.#take(object.id);
    if (!waiting) return this.handlers.push(object);
    if (object.error) return waiting.reject(new CommandError(object.error));
    const { id, ...reply } = object;
    waiting.resolve(Object.values(reply)[0]);
  }

  #heard() {
    if (!this.#quietLimit) return;
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => this.#fail(1006, 'silence'), this.#quietLimit);
  }

  #take(id) {
    const waiting = this.#replies.get(id);
    this.#replies.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #fail(code, reason) {
    if (this.#ended) return;
    this.drop();
    this.handlers.end(code, reason);
  }
}
