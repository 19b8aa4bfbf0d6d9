import { CALENDAR_UNITS } from '../storage/reading/calendar-unit.js';
import type { EventQuery, TimeExpression } from '../storage/reading/event-query.interface.js';
import { MAX_BUCKETS } from '../storage/reading/time-buckets.js';
import { isoTime } from './iso-time.js';
import { CREATED_AT } from './operand-sql.js';
import type { QueryBuckets } from './query-buckets.js';
import type { QueryColumns } from './query-columns.js';
import { timesOf } from './query-parts.js';
import type { ReadDialect } from './read-dialect.interface.js';
import type { ReadRow } from './read-statement.interface.js';
import type { ValueSql } from './value-sql.interface.js';
import { TIME } from './value-type.js';

/** Buckets of UTC that are always as long: the start of one is reckoned from the time of an event, whichever others there are. */
export class EvenBuckets implements QueryBuckets {
  private constructor(
    private readonly times: readonly TimeExpression[],
    private readonly dialect: ReadDialect,
  ) {}

  /** Undefined where a query has others too, or none, or the engine is better asked which there are. */
  static of(query: EventQuery, dialect: ReadDialect): EvenBuckets | undefined {
    const times = timesOf(query);
    const isReckoned = dialect.startOf !== undefined && times.length > 0 && times.every(isEven);
    return isReckoned ? new EvenBuckets(times, dialect) : undefined;
  }

  valueOf({ unit }: TimeExpression): ValueSql {
    const raw = this.dialect.startOf!(CREATED_AT, CALENDAR_UNITS[unit].startOf(0), lengthOf(unit));
    return { raw, type: TIME, isNullable: false };
  }

  /** Whether rows that are all of a query are of no more buckets than a query may have, with those between them. */
  areFew(rows: readonly ReadRow[], columns: QueryColumns): boolean {
    return this.times.every((time) => {
      let [first, last] = [Infinity, -Infinity];
      for (const read of columns.readOf(time, rows)) {
        const start = Date.parse(isoTime(read!));
        [first, last] = [Math.min(first, start), Math.max(last, start)];
      }
      return last - first < MAX_BUCKETS * lengthOf(time.unit);
    });
  }
}

function isEven({ unit, timezone }: TimeExpression): boolean {
  return timezone === 'UTC' && CALENDAR_UNITS[unit].length !== undefined;
}

function lengthOf(unit: TimeExpression['unit']): number {
  return CALENDAR_UNITS[unit].length!;
}
