import { noneText } from './filters.js';
import { Panel } from './panel.js';
import * as questions from './questions.js';
import { ranking } from './ranking.js';

/** The most frequent values of a field; a click on one sets the filter of this name. */
export class TopList {
  #panel;

  constructor(id, { field, filter = field, conditions = [], nothing }, change) {
    this.#panel = new Panel(id);
    Object.assign(this, { field, filter, conditions, nothing, change });
  }

  show(context, onValues) {
    const { api, filters, period, signal } = context;
    const question = questions.top(this.field, filters, period, this.conditions);
    return this.#panel.show(
      context,
      () => api.query(question, signal),
      ({ result }) => this.#render(result, filters, onValues),
    );
  }

  #render(rows, filters, onValues) {
    const items = rows
      .filter((row) => typeof row[this.field] === 'string')
      .map((row) => ({ value: row[this.field], count: row.count_id }));
    onValues?.(items.map(({ value }) => value));
    if (items.length === 0) return this.nothing ?? noneText(filters);
    const pickOf = (value) => () => this.change((filters) => ({ ...filters, [this.filter]: value }));
    this.#panel.body.replaceChildren(ranking(items, pickOf));
    return undefined;
  }
}
