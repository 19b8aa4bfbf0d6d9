import { createHash } from 'node:crypto';
import type { ReadRow } from '../../sql/read-statement.interface.js';
import type { ClickHouse } from '../clickhouse.js';
import { endsByDay, timeToLive } from './time-to-live.js';

/** Brings the columns and the time to live of events to what the options ask for; changes nothing where they are so. */
export async function fulfilWishes(clickHouse: ClickHouse): Promise<void> {
  for (const statement of [...(await missingColumns(clickHouse)), ...(await otherTimeToLive(clickHouse))])
    await clickHouse.change(statement);
}

async function missingColumns(clickHouse: ClickHouse): Promise<string[]> {
  const { schema, settings } = clickHouse;
  const columns = new Set((await ofEvents(clickHouse, 'SELECT name FROM system.columns', 'table')).map(({ name }) => name));
  const missing = settings.materialize.filter(({ column }) => !columns.has(column));
  const tables = new Set([schema.eventParts, schema.events]);
  return missing.flatMap(({ column, expression }) =>
    [...tables].map(
      (table) =>
        `ALTER TABLE ${table}${schema.onCluster} ADD COLUMN IF NOT EXISTS ${column} LowCardinality(String) MATERIALIZED ${expression}`,
    ),
  );
}

/**
 * The comment of the table says which one was set, as ClickHouse writes it in words of its own, and to set it once more would rewrite
 * all rows. It is set last, so that what was cut off is done again.
 */
async function otherTimeToLive(clickHouse: ClickHouse): Promise<string[]> {
  const { schema, settings } = clickHouse;
  const { all } = settings.rules;
  const [table] = await ofEvents(clickHouse, 'SELECT comment, create_table_query FROM system.tables', 'name');
  const wished = timeToLive(all);
  const comment = wished && `rules ${createHash('sha256').update(wished).digest('hex').slice(0, 16)}`;
  if (table.comment === comment) return [];
  const alter = `ALTER TABLE ${schema.eventParts}${schema.onCluster}`;
  const hasOne = / ORDER BY \([\w, ]+\) TTL /.test(String(table.create_table_query));
  const set = [
    `${alter} MODIFY SETTING ttl_only_drop_parts = ${endsByDay(all) ? 1 : 0}`,
    // What is there already is rewritten while the copy goes on.
    `${alter} MODIFY TTL ${wished} SETTINGS mutations_sync = 0`,
  ];
  const removed = hasOne ? [`${alter} REMOVE TTL`] : [];
  return [...(wished ? set : removed), `${alter} MODIFY COMMENT '${comment}'`];
}

async function ofEvents(clickHouse: ClickHouse, select: string, name: 'table' | 'name'): Promise<ReadRow[]> {
  const sql = `${select} WHERE database = {p1:String} AND ${name} = {p2:String}`;
  return clickHouse.read({ sql, values: clickHouse.schema.eventParts.split('.') });
}
