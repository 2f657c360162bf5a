// A client of roomd.v1 that hides nothing: commands are promises, pushes wait in a queue, and the text of every frame
// is kept beside what it means.
import WebSocket from 'ws';
import { Queue } from './queue.js';
import { deferred, within } from './wait.js';

/** A command was answered with `error`; the fields of the error object are this object's. */
export class CommandError extends Error {
  constructor(error) {
    super(`${error.code} ${error.reason}: ${error.message}`);
    Object.assign(this, error, { text: error.message });
  }
}

export class ClosedError extends Error {
  constructor({ code, reason }) {
    super(`the connection was closed: ${code} ${reason}`);
    Object.assign(this, { code, reason });
  }
}

export class Client {
  #answers = new Map();
  #id = 0;
  #pushes = new Queue();
  #end = deferred();
  #over;
  /** Called with each push `{ kind, body, text }` in place of the queue, by those who take many. */
  onPush;

  /**
   * Connects and says hello. `target`: a Daemon or an address. `user`, `info`, `client`: for hello; `hello: false` says
   * none. `pong: false` leaves pings in the queue, unanswered. The rest is ws's.
   */
  static async open(target, options = {}) {
    const { hello = true, pong = true, protocols = ['roomd.v1'], user, info, client, ...wsOptions } = options;
    const it = new Client(target.ws ?? target, protocols, wsOptions);
    it.pong = pong;
    await within(it.opened, 'the WebSocket opens');
    if (hello) it.welcome = await it.ask('hello', { user, info, client });
    return it;
  }

  constructor(address, protocols, wsOptions) {
    // One frame a turn of the loop: who awaits a reply goes on before the next frame is looked at.
    const oneByOne = { allowSynchronousEvents: false };
    this.socket = new WebSocket(address, protocols, { perMessageDeflate: false, ...oneByOne, ...wsOptions });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve).once('error', reject);
    });
    this.socket.on('error', () => {});  // the end says it
    this.socket.on('message', (data, binary) => this.#receive(data, binary));
    this.socket.on('close', (code, reason) => this.#ended({ code, reason: reason.toString() }));
  }

  get session() {
    return this.welcome.session;
  }

  /** `{ code, reason }` of the close frame; 1006 where none came. */
  closed(deadline) {
    return within(this.#end.promise, () => `the connection ends; instead: ${JSON.stringify(this.peek())}`, deadline);
  }

  /** Sends a command and returns what its reply says; throws CommandError. */
  async ask(command, fields = {}) {
    return (await this.askFrame(command, fields)).body;
  }

  /** The same, with the reply's whole text: `{ id, kind, body, text }`. */
  askFrame(command, fields = {}) {
    const id = this.newId();
    return this.askText(id, JSON.stringify({ id, [command]: fields }));
  }

  /** Sends a text that carries `id`, and returns its reply. */
  askText(id, text) {
    if (this.#over) return Promise.reject(this.#over);
    const answer = deferred();
    this.#answers.set(id, answer);
    this.sendText(text);
    return within(answer.promise, () => `a reply to ${text.slice(0, 200)}`);
  }

  /** The error that a command is refused with. */
  async refused(command, fields) {
    const reply = await this.ask(command, fields).catch((error) => error);
    if (reply instanceof CommandError) return reply;
    throw reply instanceof Error ? reply : new Error(`${command} was not refused: ${JSON.stringify(reply)}`);
  }

  newId() {
    return ++this.#id;
  }

  /** Sends a command that wants no reply, or any object. */
  send(message) {
    this.sendText(JSON.stringify(message));
  }

  /** Text or bytes, as one text frame. */
  sendText(text) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text, { binary: false });
  }

  /** The next push of a kind (`message`, `members`, …) that fits. */
  async next(kind, fits = () => true, deadline = undefined) {
    return (await this.nextFrame(kind, fits, deadline)).body;
  }

  nextFrame(kind, fits = () => true, deadline = undefined) {
    return this.#pushes.next((push) => push.kind === kind && fits(push.body), `a push of ${kind}`, deadline);
  }

  /** The next push of whatever kind: `{ kind, body, text }`. */
  nextPush(deadline) {
    return this.#pushes.next(undefined, 'a push', deadline);
  }

  /** The next `count` messages of a room. */
  async messages(room, count) {
    const all = [];
    while (all.length < count) all.push(await this.next('message', (m) => m.room === room));
    return all;
  }

  /** When it returns, everything that the room had to say before is here. */
  async fence(room) {
    await this.ask('members', { room });
  }

  /** The pushes that are here and were not asked for, as `[kind, body]`; they stay. */
  peek() {
    const all = this.#pushes.take();
    all.forEach((push) => this.#pushes.put(push));
    return all.map(({ kind, body }) => [kind, body]);
  }

  /** The same, and they are gone. */
  take() {
    return this.#pushes.take().map(({ kind, body }) => [kind, body]);
  }

  /** Closes politely and waits for the end. */
  close() {
    this.socket.close(1000);
    return this.closed();
  }

  /** Cuts the line. */
  cut() {
    this.socket.terminate();
    return this.closed();
  }

  #receive(data, binary) {
    if (binary) throw new Error('the server sent a binary frame');
    const text = data.toString();
    const { id, ...rest } = JSON.parse(text);
    const [kind, body] = Object.entries(rest)[0];
    if (id === undefined) return this.#push({ kind, body, text });
    const answer = this.#answers.get(id);
    if (!answer) throw new Error(`an answer to nothing: ${text}`);
    this.#answers.delete(id);
    if (kind === 'error') return answer.reject(new CommandError(body));
    answer.resolve({ id, kind, body, text });
  }

  #push(push) {
    if (push.kind === 'ping' && this.pong) return this.send({ pong: {} });
    if (this.onPush) return this.onPush(push);
    this.#pushes.put(push);
  }

  #ended(how) {
    this.#over = new ClosedError(how);
    for (const answer of this.#answers.values()) answer.reject(this.#over);
    this.#answers.clear();
    this.#pushes.end(this.#over);
    this.#end.resolve(how);
  }
}
