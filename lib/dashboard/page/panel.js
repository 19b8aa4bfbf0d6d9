import { byId, element } from './dom.js';
import { wordsOf } from './api.js';

/**
 * A section whose content is loaded. What it showed stays until the answer is there, so that nothing jumps; an error stands
 * in its place, with a way to try again.
 */
export class Panel {
  #latest;

  constructor(id) {
    this.section = byId(id);
    this.body = this.section.querySelector('.body');
    this.note = this.section.querySelector('.note');
  }

  /** Shows what `load` resolves to by `render`, unless something else is to be shown meanwhile. Rejects where the key is refused. */
  async show(load, render) {
    const mine = (this.#latest = Symbol('load'));
    this.section.setAttribute('aria-busy', 'true');
    try {
      const content = await load();
      if (mine === this.#latest) this.#say(render(content));
    } catch (error) {
      if (error.isOfKey) throw error;
      if (mine === this.#latest && error.name !== 'AbortError') this.#fail(error, () => this.show(load, render));
    } finally {
      if (mine === this.#latest) this.section.setAttribute('aria-busy', 'false');
    }
  }

  /** What `render` returned is why there is nothing to show, if it is a text. */
  #say(text) {
    this.note.hidden = typeof text !== 'string';
    this.body.hidden = !this.note.hidden;
    this.note.className = 'note';
    this.note.textContent = text ?? '';
  }

  #fail(error, retry) {
    console.warn(error.message);
    this.#say(wordsOf(error));
    this.note.className = 'note fault';
    const button = element('button', 'Try again', { type: 'button' });
    button.addEventListener('click', () => void retry());
    this.note.append(' ', button);
  }
}
