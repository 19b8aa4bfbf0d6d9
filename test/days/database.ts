import { eventLogConsumerMigrations, eventLogDayMigrations, eventLogMigrations } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';

export const BY_DAYS = { migrations: [...eventLogMigrations, ...eventLogConsumerMigrations, ...eventLogDayMigrations] };

/**
 * Gives a database of PostgreSQL a clock that tests can set: its `clock_timestamp()` is found before that of the server, on
 * connections that are made from then on.
 */
export async function giveClock(dataSource: DataSource): Promise<void> {
  const [{ name }] = await dataSource.query('SELECT current_database() AS name');
  await dataSource.query('CREATE SCHEMA clock');
  // A sequence, as its value is not that of a snapshot: a statement that has begun sees it change, as it does with a clock.
  await dataSource.query('CREATE SEQUENCE clock.ahead MINVALUE -1000000000000 START 0');
  await dataSource.query(
    `CREATE FUNCTION clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
     $$ SELECT pg_catalog.clock_timestamp() + (SELECT last_value FROM clock.ahead) * interval '1 millisecond' $$`,
  );
  await dataSource.query(`ALTER DATABASE "${name}" SET search_path = public, clock, pg_catalog`);
}

/** Sets the clock ahead of that of the server, by milliseconds; or back, where they are negative. */
export async function setAhead(dataSource: DataSource, ms: number): Promise<void> {
  await dataSource.query(`SELECT setval('clock.ahead', $1)`, [ms]);
}

/** The names of the partitions, without that of the table. */
export async function partitionsOf(dataSource: DataSource, table = 'event_log_events'): Promise<string[]> {
  const sql = 'SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = $1::regclass';
  const rows: { name: string }[] = await dataSource.query(sql, [table]);
  return rows.map(({ name }) => name.slice(table.length)).toSorted();
}
