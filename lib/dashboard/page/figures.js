import { element, shown } from './dom.js';
import { bucketText, numberText } from './formats.js';
import { bucketsOf } from './times.js';

const MAX_SERIES = 8;
export const OTHERS = 'All others';

/** The answer to "over time" as a row of counts for each entity type, most frequent first; the rest together is the last one. */
export function figuresOf(rows, { unit, period, timezone }) {
  const totals = totalsOf(rows);
  const known = [...totals.keys()];
  const types = known.length > MAX_SERIES ? [...known.slice(0, MAX_SERIES - 1), OTHERS] : known;
  const asked = rows.map((row) => ({ start: Date.parse(row[`createdAt_${unit}`]), type: row.eventType, count: row.count_id }));
  const starts = [...new Set([...bucketsOf(unit, period, timezone), ...asked.map(({ start }) => start)])].sort((a, b) => a - b);
  const positions = new Map(starts.map((start, index) => [start, index]));
  const counts = types.map(() => new Array(starts.length).fill(0));
  for (const { start, type, count } of asked) {
    const series = types.indexOf(type);
    counts[series < 0 ? types.length - 1 : series][positions.get(start)] += count;
  }
  return { unit, timezone, types, starts, end: period.to, counts };
}

/** How many events each entity type has, most frequent first. */
export function totalsOf(rows) {
  const totals = new Map();
  for (const { eventType, count_id: count } of rows) totals.set(eventType, (totals.get(eventType) ?? 0) + count);
  return new Map([...totals].sort(([, one], [, other]) => other - one));
}

export function tableOf({ unit, timezone, types, starts, counts }) {
  const table = element('table');
  const cells = (texts, name = 'td') => texts.map((text) => element(name, text));
  const head = table.createTHead().insertRow();
  head.append(
    ...[unit === 'hour' ? 'Hour' : unit === 'day' ? 'Day' : 'Week', ...types.map(shown), 'All'].map((text) =>
      element('th', text, { scope: 'col' }),
    ),
  );
  const body = table.createTBody();
  for (const [index, start] of starts.entries()) {
    const figures = counts.map((ofType) => ofType[index]);
    const all = figures.reduce((sum, count) => sum + count, 0);
    const first = element('th', bucketText(unit, start, timezone), { scope: 'row' });
    body.insertRow().append(first, ...cells([...figures, all].map(numberText)));
  }
  return table;
}
