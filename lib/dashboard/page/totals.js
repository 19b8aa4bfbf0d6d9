import { fromTemplate, shown } from './dom.js';
import { totalsOf } from './figures.js';
import { changeText, numberText } from './formats.js';
import { Panel } from './panel.js';
import * as questions from './questions.js';

const MAX_TYPES = 4;
const ALL_TYPES = 1_000;

/** How many events there are, in all and of the most frequent entity types, and how many there were in the period before. */
export class Totals {
  #panel = new Panel('totals');

  constructor(change) {
    this.change = change;
  }

  show(context) {
    const { api, filters, period, signal } = context;
    const { from, to, shift } = period;
    const ask = async (of) => totalsOf((await api.query(questions.top('eventType', filters, of, [], ALL_TYPES), signal)).result);
    return this.#panel.show(
      context,
      () => Promise.all([ask(period), ask({ from: from - shift, to: to - shift })]),
      ([now, before]) => {
        this.#panel.body.replaceChildren(...this.#tiles(now, before, filters));
      },
    );
  }

  #tiles(now, before, filters) {
    const types = filters.entityType !== undefined ? [] : [...new Set([...now.keys(), ...before.keys()])].slice(0, MAX_TYPES);
    const ofTypes = types.map((type) => this.#tileOf(type, now.get(type) ?? 0, before.get(type) ?? 0, type));
    return [this.#tileOf('All events', sumOf(now), sumOf(before)), ...ofTypes];
  }

  #tileOf(name, now, before, entityType) {
    const tile = fromTemplate('tile');
    tile.querySelector('.name').textContent = shown(name);
    tile.querySelector('.figure').textContent = numberText(now);
    tile.querySelector('.before').textContent = changeText(now, before);
    tile.addEventListener('click', () => this.change((filters) => ({ ...filters, entityType })));
    return tile;
  }
}

function sumOf(totals) {
  return [...totals.values()].reduce((sum, count) => sum + count, 0);
}
