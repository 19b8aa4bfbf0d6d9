import type { Condition, EventQuery, ReadScope, TimeExpression } from '../storage/reading/event-query.interface.js';
import { QueryRefusal } from '../storage/reading/query-refusal.js';
import { timeBuckets } from '../storage/reading/time-buckets.js';
import { firstSql, lastSql } from './aggregate-sql.js';
import type { EventSource } from './event-source.js';
import { expressionKey } from './expression-key.js';
import { isoTime } from './iso-time.js';
import { projectOrderSql } from './order-sql.js';
import { CREATED_AT } from './operand-sql.js';
import { timesOf } from './query-parts.js';
import { type RunSql, sql, type Sql } from './sql.js';
import { TIME } from './value-type.js';

/** The starts of the buckets that all events of a query are in. */
export type BucketsOf = (expression: TimeExpression) => readonly string[];

/** The buckets that the events of a query are in; undefined where there are no events. */
export async function bucketsOf(query: EventQuery, source: EventSource, run: RunSql): Promise<BucketsOf | undefined> {
  const expressions = timesOf(query);
  if (expressions.length === 0) return () => [];
  try {
    // An index finds them at once.
    return bucketsBetween(expressions, await rangeOf(query, { and: boundsOf(query.where) }, source, run));
  } catch (error) {
    if (!(error instanceof QueryRefusal)) throw error;
    return bucketsBetween(expressions, await rangeOf(query, query.where, source, run));
  }
}

/** The part of a condition that holds events to a range of time. */
function boundsOf(where: Condition): readonly Condition[] {
  const conditions = 'and' in where ? where.and : [where];
  return conditions.filter((condition) => 'operand' in condition && condition.operand.field === 'createdAt');
}

type Range = readonly [first: string, last: string];

async function rangeOf({ scope }: EventQuery, where: Condition, source: EventSource, run: RunSql): Promise<Range | undefined> {
  const [{ v0, v1 }] = await run((source.dialect.scansForEnds ? scannedEnds : indexedEnds)(scope, where, source));
  return v0 === null || v1 === null ? undefined : [isoTime(v0), isoTime(v1)];
}

function scannedEnds(scope: ReadScope, where: Condition, source: EventSource): Sql {
  const { dialect } = source;
  const ends = [firstSql(CREATED_AT, dialect), lastSql(CREATED_AT, dialect)].map((time) => dialect.textOfTime(time));
  return sql`SELECT ${ends[0]} AS v0, ${ends[1]} AS v1 FROM ${source.tableOf(scope)} ${source.where(scope, where)}`;
}

function indexedEnds(scope: ReadScope, where: Condition, source: EventSource): Sql {
  const { dialect } = source;
  const end = (direction: 'asc' | 'desc'): Sql => {
    const order = [{ value: { raw: CREATED_AT, type: TIME, isNullable: false }, direction }];
    const found = sql`${source.where(scope, where)} ${projectOrderSql(order, scope, dialect)} LIMIT 1`;
    return sql`(SELECT ${dialect.textOfTime(CREATED_AT)} FROM ${source.tableOf(scope)} ${found})`;
  };
  return sql`SELECT ${end('asc')} AS v0, ${end('desc')} AS v1`;
}

function bucketsBetween(expressions: readonly TimeExpression[], range: Range | undefined): BucketsOf | undefined {
  if (range === undefined) return undefined;
  const buckets = new Map<string, readonly string[]>();
  for (const one of expressions) buckets.set(expressionKey(one), timeBuckets(...range, one.unit, one.timezone));
  return (expression) => buckets.get(expressionKey(expression)) ?? [];
}
