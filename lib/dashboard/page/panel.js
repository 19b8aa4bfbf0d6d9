import { byId, element } from './dom.js';
import { wordsOf } from './api.js';
import { isOfServer } from './outage.js';

/**
 * A section whose content is loaded. What it showed stays until the answer is there, so that nothing jumps. A fault of the
 * question stands in its place, with a way to try again; one of the server is told once for all panels, and what was shown of the
 * same filters stays, dimmed.
 */
export class Panel {
  #latest;
  #shown;

  constructor(id) {
    this.section = byId(id);
    this.body = this.section.querySelector('.body');
    this.note = this.section.querySelector('.note');
  }

  /** Shows what `load` resolves to by `render`, unless something else is to be shown meanwhile. Rejects where the key is refused. */
  async show(context, load, render) {
    const mine = (this.#latest = Symbol('load'));
    this.section.setAttribute('aria-busy', 'true');
    try {
      const content = await load();
      if (mine === this.#latest) this.#succeed(context, render(content));
    } catch (error) {
      if (error.isOfKey) throw error;
      if (mine === this.#latest && error.name !== 'AbortError')
        this.#fail(context, error, () => this.show(context, load, render));
    } finally {
      if (mine === this.#latest) this.section.setAttribute('aria-busy', 'false');
    }
  }

  #succeed({ filters }, text) {
    this.#shown = filters;
    this.section.toggleAttribute('data-old', false);
    this.#say(text);
  }

  /** What `render` returned is why there is nothing to show, if it is a text. */
  #say(text) {
    this.note.hidden = typeof text !== 'string';
    this.body.hidden = !this.note.hidden;
    this.note.className = 'note';
    this.note.textContent = text ?? '';
  }

  #fail({ filters, outage }, error, retry) {
    console.warn(error.message);
    if (isOfServer(error)) {
      outage.tell(error);
      this.section.toggleAttribute('data-old', true);
      if (this.#shown !== filters) this.#say('Not loaded.');
    } else this.#sayFault(error, retry);
  }

  #sayFault(error, retry) {
    this.#shown = undefined;
    this.section.toggleAttribute('data-old', false);
    this.#say(wordsOf(error));
    this.note.className = 'note fault';
    const button = element('button', 'Try again', { type: 'button' });
    button.addEventListener('click', () => void retry());
    this.note.append(' ', button);
  }
}
