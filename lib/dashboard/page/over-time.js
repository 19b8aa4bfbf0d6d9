import { Chart } from './chart.js';
import { byId, element, shown } from './dom.js';
import { figuresOf, OTHERS, tableOf } from './figures.js';
import { noneText } from './filters.js';
import { Panel } from './panel.js';
import * as questions from './questions.js';

const MAX_PAGES = 5;

/** The chart, its legend, and the same figures as a table, which is made when it is opened. */
export class OverTime {
  #panel = new Panel('over-time');
  #details = byId('figures');
  #figures;

  constructor(change) {
    this.chart = new Chart((first, last) => this.#choose(first, last));
    this.change = change;
    this.#details.addEventListener('toggle', () => this.#fillTable());
  }

  show(context) {
    return this.#panel.show(
      context,
      () => allRows(context),
      (rows) => this.#draw(rows, context),
    );
  }

  #choose(first, last) {
    const { starts, end } = this.#figures;
    const [from, to] = [starts[first], starts[last + 1] ?? end].map((instant) => new Date(instant).toISOString());
    this.change((filters) => ({ ...filters, range: 'custom', from, to, unit: '' }));
  }

  #draw(rows, context) {
    this.#figures = figuresOf(rows, { ...context, timezone: context.filters.timezone });
    // Drawn at once, also where the last answer was a fault that had hidden it: a chart needs to know its width.
    this.#panel.body.hidden = false;
    this.chart.show(this.#figures);
    byId('legend').replaceChildren(...this.#figures.types.map((type, index) => this.#legendOf(type, index)));
    this.#fillTable();
    return rows.length === 0 ? noneText(context.filters) : undefined;
  }

  #legendOf(type, index) {
    const item = element('li');
    const isOne = type !== OTHERS;
    const entry = element(isOne ? 'button' : 'span', '', {
      class: `legend-entry series-${index}`,
      ...(isOne && { type: 'button' }),
    });
    entry.append(element('bdi', shown(type)));
    if (isOne) entry.addEventListener('click', () => this.change((filters) => ({ ...filters, entityType: type })));
    item.append(entry);
    return item;
  }

  #fillTable() {
    const place = this.#details.querySelector('.scroll');
    place.replaceChildren(...(this.#details.open && this.#figures ? [tableOf(this.#figures)] : []));
  }
}

// Hours of a month by entity type can be more rows than one answer holds.
async function allRows({ api, filters, period, unit, signal }) {
  const rows = [];
  let cursor;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { result, nextCursor } = await api.query(
      { ...questions.overTime(filters, period, unit), ...(cursor && { cursor }) },
      signal,
    );
    rows.push(...result);
    if (!nextCursor) break;
    cursor = nextCursor;
  }
  return rows;
}
