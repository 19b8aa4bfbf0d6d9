import type { Comparison } from '../storage/reading/event-query.interface.js';
import { inequality } from './inequality.js';
import { FALSE, isOneOf, TRUE } from './logic.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { sql, type Sql } from './sql.js';

/** What an event can have, and all engines can read. */
const [FIRST, LAST] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')];

/** A comparison of a time. */
export function timeComparisonSql(time: Sql, comparison: Comparison, dialect: ReadDialect): Sql {
  switch (comparison.operator) {
    case 'in':
      return isOneOf(
        time,
        comparison.values
          .map((value) => new Date(String(value)))
          .filter(isStorableTime)
          .map((value) => dialect.time(value.toISOString())),
      );
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const limit = new Date(comparison.value);
      if (isStorableTime(limit)) return inequality(time, comparison.operator, dialect.time(limit.toISOString()));
      const isAbove = comparison.operator === 'gt' || comparison.operator === 'gte';
      return isAbove === limit.getTime() < FIRST ? TRUE : FALSE;
    }
    case 'isNull':
      return sql`${time} IS NULL`;
    default:
      return FALSE;
  }
}

export function isStorableTime(time: Date): boolean {
  if (Number.isNaN(time.getTime())) throw new RangeError('Expected a time to be RFC 3339');
  return time.getTime() >= FIRST && time.getTime() <= LAST;
}
