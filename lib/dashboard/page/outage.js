import { wordsOf } from './api.js';
import { byId } from './dom.js';

/** Whether a fault is the server's, and so of all panels alike. */
export function isOfServer({ status }) {
  return status === 0 || status === 429 || status >= 500;
}

/** Says once, above all panels, that the server does not answer. What they show meanwhile is from before. */
export class Outage {
  #box = byId('outage');
  #isNew = false;
  #round;

  constructor(retry) {
    byId('retry').addEventListener('click', retry);
  }

  get isOn() {
    return !this.#box.hidden;
  }

  tell(error) {
    this.#isNew = true;
    byId('outage-words').textContent = `${wordsOf(error)} What is dimmed below is from before.`;
    this.#box.hidden = false;
  }

  /** Watches loads that end together; it is over where none of them tells of it. */
  async watch(loads) {
    const mine = (this.#round = Symbol('round'));
    this.#isNew = false;
    await Promise.allSettled(loads);
    if (mine === this.#round && !this.#isNew) this.#box.hidden = true;
  }
}
