import { createHash } from 'node:crypto';
import type { ReadRow } from '../../sql/read-statement.interface.js';
import type { ClickHouse } from '../clickhouse.js';
import { endsByDay, timeToLive } from './time-to-live.js';

/** Brings the columns and the time to live of events to what the options ask for; changes nothing where they are so. */
export async function fulfilWishes(clickHouse: ClickHouse): Promise<void> {
  for (const statement of [...(await missingColumns(clickHouse)), ...(await otherTimeToLive(clickHouse))])
    await clickHouse.change(statement);
}

// Of each table by itself: on a cluster, what was cut off may have altered one of the two.
async function missingColumns(clickHouse: ClickHouse): Promise<string[]> {
  const { schema, settings } = clickHouse;
  const statements: string[] = [];
  for (const table of new Set([schema.eventParts, schema.events])) {
    const columns = new Set(
      (await ofTable(clickHouse, table, 'SELECT name FROM system.columns', 'table')).map(({ name }) => name),
    );
    for (const { column, expression } of settings.materialize.filter((path) => !columns.has(path.column)))
      statements.push(
        `ALTER TABLE ${table}${schema.onCluster} ADD COLUMN IF NOT EXISTS ${column} LowCardinality(String) MATERIALIZED ${expression}`,
      );
  }
  return statements;
}

/**
 * The comment of the table says which one was set, as ClickHouse writes it in words of its own, and to set it once more would rewrite
 * all rows. It is set last, so that what was cut off is done again. On a cluster it is that of the `Distributed` table, which each
 * server has: of a replicated one, only the replica that was altered would get it, and each other one would set the rules once more.
 */
async function otherTimeToLive(clickHouse: ClickHouse): Promise<string[]> {
  const { schema, settings } = clickHouse;
  const { all } = settings.rules;
  const [{ comment: before }] = await ofTable(clickHouse, schema.events, 'SELECT comment FROM system.tables', 'name');
  const wished = timeToLive(all);
  const comment = wished && `rules ${createHash('sha256').update(wished).digest('hex').slice(0, 16)}`;
  if (before === comment) return [];
  const alter = `ALTER TABLE ${schema.eventParts}${schema.onCluster}`;
  const [parts] = await ofTable(clickHouse, schema.eventParts, 'SELECT create_table_query FROM system.tables', 'name');
  const hasOne = / ORDER BY \([\w, ]+\) TTL /.test(String(parts.create_table_query));
  const set = [
    `${alter} MODIFY SETTING ttl_only_drop_parts = ${endsByDay(all) ? 1 : 0}`,
    // What is there already is rewritten while the copy goes on.
    `${alter} MODIFY TTL ${wished} SETTINGS mutations_sync = 0`,
  ];
  const removed = hasOne ? [`${alter} REMOVE TTL`] : [];
  return [...(wished ? set : removed), `ALTER TABLE ${schema.events}${schema.onCluster} MODIFY COMMENT '${comment}'`];
}

async function ofTable(clickHouse: ClickHouse, table: string, select: string, name: 'table' | 'name'): Promise<ReadRow[]> {
  const sql = `${select} WHERE database = {p1:String} AND ${name} = {p2:String}`;
  return clickHouse.read({ sql, values: table.split('.') });
}
