import type { EventQuery, QueryResult } from '../storage/reading/event-query.interface.js';
import { EvenBuckets } from './even-buckets.js';
import type { EventSource } from './event-source.js';
import { NumberedBuckets } from './query-buckets.js';
import { QueryColumns } from './query-columns.js';
import { groupsSql, rowsSql, totalSql } from './query-statements.js';
import type { ReadRow } from './read-statement.interface.js';
import { bucketsOf } from './time-range.js';
import type { RunSql, Sql } from './sql.js';

/** What a query reads, and the rows of its page, with one more where there are more. */
interface ReadPage {
  readonly columns: QueryColumns;
  readonly rows: readonly ReadRow[];
}

/** The page that answers a query. */
export async function answerOf(query: EventQuery, source: EventSource, run: RunSql): Promise<QueryResult> {
  const even = EvenBuckets.of(query, source.dialect);
  const { columns, rows } = await (even === undefined
    ? pageOfNumbered(query, source, run)
    : pageOfEven(query, even, source, run));
  const page = rows.slice(0, query.limit);
  const next = rows.length > query.limit ? columns.toKeyset(page[query.limit - 1]) : null;
  const result = { rows: page.map((row) => columns.toRow(row)), next };
  return query.counted
    ? { ...result, total: await totalOf(query, rows, () => run(totalSql(query, columns, source), true)) }
    : result;
}

async function pageOfNumbered(query: EventQuery, source: EventSource, run: RunSql): Promise<ReadPage> {
  const starts = await bucketsOf(query, source, run);
  const columns = new QueryColumns(query, source.dialect, new NumberedBuckets(query, starts ?? (() => []), source.dialect));
  // On the first page of groups, they tell their number themselves.
  const isLast = !query.counted || (query.groupBy !== undefined && query.after === undefined);
  return { columns, rows: starts === undefined ? [] : await run(pageSql(query, columns, source), isLast) };
}

async function pageOfEven(query: EventQuery, even: EvenBuckets, source: EventSource, run: RunSql): Promise<ReadPage> {
  const columns = new QueryColumns(query, source.dialect, even);
  const rows = await run(pageSql(query, columns, source));
  const isWhole = query.after === undefined && rows.length <= query.limit;
  // It refuses what has too many of them.
  if (!isWhole || !even.areFew(rows, columns)) await bucketsOf(query, source, run);
  return { columns, rows };
}

function pageSql(query: EventQuery, columns: QueryColumns, source: EventSource): Sql {
  return (query.groupBy === undefined ? rowsSql : groupsSql)(query, columns, source);
}

/** Counted apart only where the rows don't tell it: on a page that is full, and on a later one. */
async function totalOf(query: EventQuery, rows: readonly ReadRow[], count: () => Promise<ReadRow[]>): Promise<number> {
  if (query.after === undefined && rows.length <= query.limit) return rows.length;
  const [{ total }] = query.groupBy !== undefined && rows.length > 0 ? rows : await count();
  return Number(total);
}
