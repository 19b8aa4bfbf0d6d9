import { byId } from './dom.js';

const LABELS = { paused: 'Paused', read: 'Paused while you read' };

/** Whether new events are held back: while it is paused, and while one reads in the list, which would move away. */
export class Hold {
  #isPaused = false;
  #button = byId('pause');
  #detail = byId('detail');

  /** `changed` is called where it may have begun or ended. */
  constructor(list, changed) {
    this.list = list;
    this.changed = changed;
    this.#button.addEventListener('click', () => this.#press());
    // A press would take the focus out of the list, and so end what it is to end.
    for (const id of ['pause', 'held']) byId(id).addEventListener('mousedown', (event) => event.preventDefault());
    for (const name of ['focusin', 'focusout', 'scroll']) list.addEventListener(name, () => this.#tellLater());
    this.#detail.addEventListener('close', () => this.#tellLater());
  }

  get isOn() {
    return this.#isPaused || this.#isRead();
  }

  /** What to tell of it, undefined while nothing is held back. */
  get label() {
    if (this.#isPaused) return LABELS.paused;
    return this.#isRead() ? LABELS.read : undefined;
  }

  // Whoever resumes has left off reading.
  #press() {
    this.#isPaused = !this.isOn;
    if (!this.#isPaused) this.release();
    this.#tell();
  }

  /** Ends the reading, so that new events come in on top. */
  release() {
    this.list.scrollTop = 0;
    if (this.list.matches(':focus-within')) this.#button.focus();
  }

  #isRead() {
    return this.list.scrollTop > 0 || this.list.matches(':focus-within') || this.#detail.open;
  }

  // The element that is focused next is not known before the event has ended.
  #tellLater() {
    setTimeout(() => this.#tell());
  }

  #tell() {
    this.#button.textContent = this.isOn ? 'Resume' : 'Pause';
    this.changed();
  }
}
