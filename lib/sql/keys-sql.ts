import type { KeyCount, KeyQuery } from '../storage/reading/event-query.interface.js';
import type { EventSource } from './event-source.js';
import { documentSql } from './operand-sql.js';
import { integer, type RunSql, sql, type Sql } from './sql.js';

/** The keys at the top of a document, as a reader gives them. */
export async function keysOf(query: KeyQuery, source: EventSource, run: RunSql): Promise<KeyCount[]> {
  const rows = await run(keysSql(query, source), true);
  return rows.map(({ v0, v1 }) => ({ key: String(v0), count: Number(v1) }));
}

/** The keys at the top of a document, most frequent first. */
function keysSql({ scope, where, field, limit }: KeyQuery, source: EventSource): Sql {
  const { from, key } = source.dialect.keys(documentSql(field));
  const found = sql`SELECT ${key} AS v0 FROM ${source.tableOf(scope)} ${from} ${source.where(scope, where)}`;
  return sql`SELECT k.v0, count(*) AS v1 FROM (${found}) AS k GROUP BY k.v0 ORDER BY v1 DESC, k.v0 LIMIT ${integer(limit)}`;
}
