import type { EventQuery, QueryResult } from '../storage/reading/event-query.interface.js';
import type { ReadRow } from './read-statement.interface.js';
import type { EventSource } from './event-source.js';
import { QueryBuckets } from './query-buckets.js';
import { QueryColumns } from './query-columns.js';
import { groupsSql, rowsSql, totalSql } from './query-statements.js';
import { bucketsOf } from './time-range.js';
import type { RunSql } from './sql.js';

/** The page that answers a query. */
export async function answerOf(query: EventQuery, source: EventSource, run: RunSql): Promise<QueryResult> {
  const buckets = await bucketsOf(query, source, run);
  const columns = new QueryColumns(query, source.dialect, new QueryBuckets(query, buckets ?? (() => []), source.dialect));
  const statement = (query.groupBy === undefined ? rowsSql : groupsSql)(query, columns, source);
  // On the first page of groups, they tell their number themselves.
  const isLast = !query.counted || (query.groupBy !== undefined && query.after === undefined);
  const rows = buckets === undefined ? [] : await run(statement, isLast);
  const page = rows.slice(0, query.limit);
  const next = rows.length > query.limit ? columns.toKeyset(page[query.limit - 1]) : null;
  const result = { rows: page.map((row) => columns.toRow(row)), next };
  return query.counted
    ? { ...result, total: await totalOf(query, rows, () => run(totalSql(query, columns, source), true)) }
    : result;
}

/** Counted apart only where the rows don't tell it: on a page that is full, and on a later one. */
async function totalOf(query: EventQuery, rows: readonly ReadRow[], count: () => Promise<ReadRow[]>): Promise<number> {
  if (query.after === undefined && rows.length <= query.limit) return rows.length;
  const [{ total }] = query.groupBy !== undefined && rows.length > 0 ? rows : await count();
  return Number(total);
}
