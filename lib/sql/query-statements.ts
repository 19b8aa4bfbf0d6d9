import type { EventQuery } from '../storage/reading/event-query.interface.js';
import type { EventSource } from './event-source.js';
import { keysetSql } from './keyset-sql.js';
import { CREATED_AT } from './operand-sql.js';
import { orderSql } from './order-sql.js';
import type { QueryColumns } from './query-columns.js';
import type { BucketTable } from './read-dialect.interface.js';
import { integer, joined, numbered, sql, type Sql } from './sql.js';
import type { OrderSql } from './value-sql.interface.js';

/** A row for each event, and one more than the page where there are more. */
export function rowsSql(query: EventQuery, columns: QueryColumns, source: EventSource): Sql {
  const { dialect } = source;
  const later = keysetOf(query, columns.order, source);
  const where = source.where(query.scope, query.where, ...later);
  return sql`SELECT ${columns.outputs()} FROM ${source.tableOf(query.scope)} ${where} ${orderSql(columns.order, dialect)} LIMIT ${integer(query.limit + 1)}`;
}

/** A row for each group, of which `total` tells how many there are on all pages. */
export function groupsSql(query: EventQuery, columns: QueryColumns, source: EventSource): Sql {
  const { dialect } = source;
  const rawOf = (place: number): Sql => sql`g.${numbered('v', place)}`;
  const order = columns.order.map(({ value, place, direction }) => ({ value: { ...value, raw: rawOf(place) }, direction }));
  const later = keysetOf(query, order, source);
  const outputs = columns.outputs((_value, place) => rawOf(place));
  return sql`SELECT g.total, ${outputs} FROM (${groups(query, columns, source)}) AS g ${where(later)} ${orderSql(order, dialect)} LIMIT ${integer(query.limit + 1)}`;
}

/** How many rows or groups a query has. */
export function totalSql(query: EventQuery, columns: QueryColumns, source: EventSource): Sql {
  if (query.groupBy !== undefined) return sql`SELECT count(*) AS total FROM (${groups(query, columns, source)}) AS g`;
  return sql`SELECT count(*) AS total FROM ${source.tableOf(query.scope)} ${source.where(query.scope, query.where)}`;
}

// Counted here, and not where pages begin.
function groups(query: EventQuery, columns: QueryColumns, source: EventSource): Sql {
  const total = query.counted ? groupCount(columns) : sql`NULL`;
  const { table } = columns.buckets;
  if (table !== undefined) return groupsOfBuckets(query, columns, table, source, total);
  const from = sql`${source.tableOf(query.scope)} ${source.where(query.scope, query.where)}`;
  // Without an aggregate, what is grouped by nothing would have a row for each event.
  return sql`SELECT count(*) AS events, ${total} AS total, ${columns.raw} FROM ${from} ${groupBy(columns.groupNames)}`;
}

// What is grouped by nothing is one row, and MariaDB has no `min` and `max` of times beside a window of it.
function groupCount({ groupNames }: QueryColumns): Sql {
  return groupNames.length === 0 ? sql`1` : sql`count(*) OVER ()`;
}

/** Bucket by bucket: each is a part of the index, and what is found of all of them at once would have to be sorted. */
function groupsOfBuckets(query: EventQuery, columns: QueryColumns, table: BucketTable, source: EventSource, total: Sql): Sql {
  const { names, groupNames, raw } = columns.withinBucket;
  const within = [sql`${CREATED_AT} >= ${table.start}`, sql`${CREATED_AT} < ${table.end}`];
  const from = sql`${source.tableOf(query.scope)} ${source.where(query.scope, query.where, ...within)}`;
  const end = groupNames.length === 0 ? sql`HAVING count(*) > 0` : groupBy(groupNames);
  const found = joined([sql`count(*) AS events`, ...raw], ', ');
  const { join, read } = table.each(sql`SELECT ${found} FROM ${from} ${end}`, names);
  return sql`SELECT ${total} AS total, ${columns.ofBuckets(read)} FROM ${table.from} ${join}`;
}

function groupBy(names: readonly Sql[]): Sql {
  return names.length === 0 ? sql`` : sql`GROUP BY ${joined(names, ', ')}`;
}

function keysetOf({ after }: EventQuery, order: readonly OrderSql[], { dialect }: EventSource): readonly Sql[] {
  return after === undefined ? [] : [keysetSql(order, after, dialect)];
}

function where(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`` : sql`WHERE ${joined(conditions, ' AND ')}`;
}
