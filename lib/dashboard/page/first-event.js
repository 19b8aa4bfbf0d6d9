import { copyOnClick } from './copy.js';
import { byId } from './dom.js';

const EVENT = { entityType: 'message', type: 'message:copied', messageId: 'msg_1' };

/** How to log the first event, while there is none. */
export class FirstEvent {
  #section = byId('empty');

  constructor(url) {
    byId('curl').textContent = `curl ${url} \\
  -H 'Authorization: Bearer YOUR_KEY' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(EVENT)}'`;
    copyOnClick(byId('copy-curl'), byId('curl'));
  }

  show(isEmpty) {
    this.#section.hidden = !isEmpty;
  }

  /** Whether it was shown until now. */
  hide() {
    const wasShown = !this.#section.hidden;
    this.#section.hidden = true;
    return wasShown;
  }
}
