import type { EventQuery, TimeExpression } from '../storage/reading/event-query.interface.js';
import { expressionKey } from './expression-key.js';
import { areIndexed } from './indexed-fields.js';
import { CREATED_AT } from './operand-sql.js';
import { fieldsOfQuery, timesOf } from './query-parts.js';
import type { BucketTable, ReadDialect } from './read-dialect.interface.js';
import { sql, type Sql } from './sql.js';
import type { BucketsOf } from './time-range.js';
import { bucketType } from './value-type.js';
import type { ValueSql } from './value-sql.interface.js';

/** How a query finds the bucket of an event. */
export interface QueryBuckets {
  /** What the events of a bucket are joined to, where that is faster than to find the bucket of each event. */
  readonly table?: BucketTable;
  /** What tells the bucket from others, and is its start once it is read. */
  valueOf(expression: TimeExpression): ValueSql;
}

/** Buckets whose starts are known before events are read: the number of one tells it. */
export class NumberedBuckets implements QueryBuckets {
  readonly table?: BucketTable;

  constructor(
    query: EventQuery,
    private readonly startsOf: BucketsOf,
    private readonly dialect: ReadDialect,
  ) {
    this.table = tableOf(query, startsOf, dialect);
  }

  valueOf(expression: TimeExpression): ValueSql {
    const starts = this.startsOf(expression);
    return { raw: this.table?.number ?? numberSql(starts, this.dialect), type: bucketType(starts), isNullable: false };
  }
}

/** No event is before the first one, which may begin before all times that databases know. */
function numberSql([, ...starts]: readonly string[], dialect: ReadDialect): Sql {
  // SQLite would group by a bare number as by the number of a column.
  return starts.length === 0 ? sql`CASE WHEN TRUE THEN 0 END` : dialect.rank(CREATED_AT, starts);
}

function tableOf(query: EventQuery, startsOf: BucketsOf, dialect: ReadDialect): BucketTable | undefined {
  const times = timesOf(query);
  if (query.groupBy === undefined || new Set(times.map(expressionKey)).size !== 1) return undefined;
  // Else another index may have it all, such as that of users, and would not be read in order of time.
  if (!areIndexed(fieldsOfQuery(query), query.scope)) return undefined;
  const [, ...starts] = startsOf(times[0]);
  return starts.length === 0 ? undefined : dialect.bucketTable?.(starts);
}
