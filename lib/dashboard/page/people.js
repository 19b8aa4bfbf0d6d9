import { bucketText } from './formats.js';
import { Panel } from './panel.js';
import * as questions from './questions.js';
import { ranking } from './ranking.js';

const WEEKS = 8;
const WEEK = 7 * 86_400_000;

/** How many people there were in each of the last weeks, the newest first. */
export class People {
  #panel = new Panel('people');

  show({ api, filters, period, signal }) {
    const weeks = { from: Math.min(period.from, period.to - WEEKS * WEEK), to: period.to };
    const asked = questions.people(filters, weeks);
    return this.#panel.show(
      () => Promise.all(asked.map((question) => api.query(question, signal))),
      (answers) => this.#render(countsOf(answers), filters.timezone),
    );
  }

  #render(counts, timezone) {
    if (counts.length === 0) return 'Nobody is known: events have a user where `userProperties` has a `userId` or an `id`.';
    const items = counts.map(([start, count]) => ({
      value: start,
      text: bucketText('week', Date.parse(start), timezone),
      count,
    }));
    this.#panel.body.replaceChildren(ranking(items, () => undefined));
    return undefined;
  }
}

function countsOf(answers) {
  const counts = new Map();
  for (const { createdAt_week: week, ...counted } of answers.flatMap(({ result }) => result)) {
    const [count] = Object.values(counted);
    counts.set(week, (counts.get(week) ?? 0) + count);
  }
  return [...counts]
    .filter(([, count]) => count > 0)
    .sort(([one], [other]) => Date.parse(other) - Date.parse(one))
    .slice(0, WEEKS);
}
