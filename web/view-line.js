// The line's state: the lamp, the cut button, the banner above the composer, and the facts in the panel.
import { find } from './dom.js';

const lamps = { connecting: 'Connecting', joining: 'Joining', live: 'Live', waiting: 'Reconnecting', cut: 'Cut', stopped: 'Offline' };

export class LineView {
  #phase = { name: 'connecting' };
  #ticker;
  #back = 0;
  #faults = { hole: 0, repeat: 0 };

  /** @param {{cut: Function, connect: Function}} actions  `cut(pause)` in ms, null for good. */
  constructor({ cut, connect }) {
    const away = find('#away');
    find('#come-back').addEventListener('click', connect);
    find('#cut').addEventListener('click', () => {
      if (this.#canCut()) cut(away.value ? Number(away.value) : null);
      else connect();
    });
  }

  phase(phase) {
    this.#phase = phase;
    clearInterval(this.#ticker);
    if (phase.until) this.#ticker = setInterval(() => this.#countDown(), 200);
    find('#lamp').dataset.phase = phase.name;
    find('#lamp-text').textContent = lamps[phase.name];
    find('#lamp').title = phase.code ? `${phase.text} (${phase.code})` : phase.text;
    find('#cut-text').textContent = this.#canCut() ? 'Cut the line' : 'Reconnect';
    find('#cut').classList.toggle('away', !this.#canCut());
    find('#cut').disabled = phase.name === 'connecting' || phase.name === 'joining';
    find('#banner').hidden = !['waiting', 'cut', 'stopped'].includes(phase.name);
    this.#countDown();
  }

  joined({ session, position, catchUp }) {
    find('#fact-session').textContent = session;
    if (catchUp) this.#back += catchUp.missed;
    find('#fact-back').textContent = String(this.#back);
    this.position(position);
  }

  position({ epoch, seq }) {
    find('#fact-seq').textContent = String(seq);
    find('#fact-epoch').textContent = epoch ?? '–';
  }

  fault({ kind, from, to }) {
    this.#faults[kind] += to - from + 1;
    const fact = find(kind === 'hole' ? '#fact-holes' : '#fact-repeats');
    fact.textContent = String(this.#faults[kind]);
    fact.classList.add('bad');
  }

  #canCut() {
    return ['connecting', 'joining', 'live'].includes(this.#phase.name);
  }

  #countDown() {
    const { name, text, until, reason } = this.#phase;
    const left = until ? Math.max(0, Math.ceil((until - Date.now()) / 1_000)) : null;
    const when = left === null ? '' : ` Back in ${left} s.`;
    const why = name === 'stopped' && reason && reason !== text ? ` (${reason})` : '';
    const advice = name === 'stopped' ? '' : ' What you write waits here.';
    find('#banner-text').textContent = `${text}${why}.${when}${advice}`;
  }
}
