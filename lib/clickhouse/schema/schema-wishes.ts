import type { ClickHouse } from '../clickhouse.js';

/** The statements that bring the columns and the time to live of events to what the options ask for; none where they are so. */
export async function schemaWishes(clickHouse: ClickHouse): Promise<string[]> {
  const { schema, settings } = clickHouse;
  const columns = await columnsOf(clickHouse);
  const missing = settings.materialize.filter(({ column }) => !columns.has(column));
  const tables = new Set([schema.eventParts, schema.events]);
  const added = missing.flatMap(({ column, expression }) =>
    [...tables].map(
      (table) =>
        `ALTER TABLE ${table}${schema.onCluster} ADD COLUMN IF NOT EXISTS ${column} LowCardinality(String) MATERIALIZED ${expression}`,
    ),
  );
  return [...added, ...(await timeToLive(clickHouse))];
}

async function columnsOf(clickHouse: ClickHouse): Promise<Set<unknown>> {
  const [database, table] = clickHouse.schema.eventParts.split('.');
  const sql = 'SELECT name FROM system.columns WHERE database = {p1:String} AND table = {p2:String}';
  return new Set((await clickHouse.read({ sql, values: [database, table] })).map(({ name }) => name));
}

/** Days are dropped whole. To set it again where it is so already would rewrite them. */
async function timeToLive(clickHouse: ClickHouse): Promise<string[]> {
  const [database, table] = clickHouse.schema.eventParts.split('.');
  const sql = 'SELECT create_table_query AS q FROM system.tables WHERE database = {p1:String} AND name = {p2:String}';
  const [{ q }] = await clickHouse.read({ sql, values: [database, table] });
  const { schema, settings } = clickHouse;
  const days = /toIntervalDay\((\d+)\)/.exec(String(q))?.[1];
  if (Number(days ?? 0) === (settings.keepDays ?? 0)) return [];
  const alter = `ALTER TABLE ${schema.eventParts}${schema.onCluster}`;
  if (settings.keepDays === undefined) return [`${alter} REMOVE TTL`];
  return [
    `${alter} MODIFY SETTING ttl_only_drop_parts = 1`,
    `${alter} MODIFY TTL toDateTime(intDiv(received_at, 1000)) + toIntervalDay(${settings.keepDays})`,
  ];
}
