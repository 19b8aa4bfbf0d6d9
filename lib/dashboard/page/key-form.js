import { byId } from './dom.js';

const KEPT_AS = 'event-log-key';

/** The key: asked for, kept for this tab alone, and forgotten. */
export class KeyForm {
  constructor(open) {
    this.form = byId('key-form');
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      byId('key-fault').textContent = '';
      void open(this.form.elements.key.value.trim());
    });
  }

  get kept() {
    return sessionStorage.getItem(KEPT_AS) ?? undefined;
  }

  /** Keeps the key and shows what it opens. */
  accept(key) {
    sessionStorage.setItem(KEPT_AS, key);
    this.form.reset();
    this.#show(false);
  }

  forget() {
    sessionStorage.removeItem(KEPT_AS);
  }

  /** Asks for a key, and says why. */
  ask(why = '') {
    this.#show(true);
    byId('key-fault').textContent = why;
    this.form.elements.key.focus();
  }

  #show(isAsking) {
    byId('welcome').hidden = !isAsking;
    for (const part of document.querySelectorAll('[data-board]')) part.hidden = isAsking;
  }
}
