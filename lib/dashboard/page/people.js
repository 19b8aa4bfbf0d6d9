import { bucketText } from './formats.js';
import { Panel } from './panel.js';
import * as questions from './questions.js';
import { ranking } from './ranking.js';

const WEEKS = 8;
const NOBODY = 'Nobody is known. Events have a user where userProperties has a userId or an id.';
const WEEK = 7 * 86_400_000;

/** How many people there were in each of the last weeks, the newest first. */
export class People {
  #panel = new Panel('people');

  show(context) {
    const { api, filters, period, signal } = context;
    const weeks = { from: Math.min(period.from, period.to - WEEKS * WEEK), to: period.to };
    return this.#panel.show(
      context,
      () => api.query(questions.people(filters, weeks), signal),
      ({ result }) => this.#render(result, filters.timezone),
    );
  }

  #render(rows, timezone) {
    const items = rows
      .map(({ createdAt_week: week, countDistinct_userKey: count }) => ({ start: Date.parse(week), count }))
      .filter(({ count }) => count > 0)
      .sort((one, other) => other.start - one.start)
      .map(({ start, count }) => ({ value: bucketText('week', start, timezone), count }));
    if (items.length === 0) return NOBODY;
    this.#panel.body.replaceChildren(ranking(items.slice(0, WEEKS), () => undefined));
    return undefined;
  }
}
