import type { EventReader, Keyset } from 'nestjs-event-log';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import type { Ratio } from '../figures.js';
import { QUESTIONS } from '../reading/questions.js';

const ROUNDS = 15;
/** No aggregate asks for a page. */
const NO_KEYSET: Keyset = [];

/** The aggregates of the bench of reading, by what one would write for ClickHouse by hand. */
function byHand(clickHouse: ClickHouse): Record<string, string> {
  const of = `FROM ${clickHouse.schema.events} WHERE project_key = '=p1'`;
  const column = (path: string) => clickHouse.settings.materialize.find(({ column }) => column.includes(`_${path}_`))!.column;
  const [page, lang, score] = [column('page'), column('lang'), column('score')];
  const day = `toStartOfDay(fromUnixTimestamp64Milli(created_at, 'UTC'))`;
  return {
    'by day, to date_trunc or substr': `SELECT ${day} AS day, count() ${of} GROUP BY day ORDER BY day`,
    'by day and entity type, to date_trunc or substr on the index of before': `SELECT ${day} AS day, entity_type, count() ${of} GROUP BY day, entity_type ORDER BY day, entity_type`,
    'top 20 of a path': `SELECT ${page} AS page, count() AS n ${of} GROUP BY page ORDER BY n DESC LIMIT 20`,
    'how many with a value at a path': `SELECT count() ${of} AND ${lang} = '"de"'`,
    'different values at a path': `SELECT uniqExact(${page}) ${of}`,
    'average at a path, to an unsafe cast': `SELECT avg(toFloat64OrNull(${score})) ${of}`,
    'how many above a number at a path, to an unsafe cast': `SELECT count() ${of} AND toFloat64OrNull(${score}) > 50`,
    'users a week, to the expression': `SELECT toStartOfWeek(fromUnixTimestamp64Milli(created_at, 'UTC'), 1) AS week, uniqExact(user_key) ${of} GROUP BY week ORDER BY week`,
  };
}

/** How much faster aggregates are from the copy than from the log, and how much slower than by hand. */
export async function asking(log: EventReader, clickHouse: ClickHouse): Promise<Ratio[]> {
  const copy = new ClickHouseEventReader(clickHouse);
  const ratios: Ratio[] = [];
  for (const [name, sql] of Object.entries(byHand(clickHouse))) {
    const { ask } = QUESTIONS.find((question) => question.name === name)!;
    const times = { log: Infinity, copy: Infinity, hand: Infinity };
    for (let round = 0; round <= ROUNDS; round++) {
      times.log = Math.min(times.log, await timeOf(() => ask(log, NO_KEYSET)));
      times.copy = Math.min(times.copy, await timeOf(() => ask(copy, NO_KEYSET)));
      times.hand = Math.min(times.hand, await timeOf(() => clickHouse.read({ sql, values: [] })));
    }
    const shown = name.split(', to ')[0];
    ratios.push(
      {
        name: `${shown}: how many times faster than from PostgreSQL (${times.log.toFixed(1)} ms)`,
        value: times.log / times.copy,
        atLeast: 10,
      },
      { name: `${shown}: to the statement by hand (${times.hand.toFixed(1)} ms)`, value: times.copy / times.hand, atMost: 1.2 },
    );
  }
  return ratios;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
