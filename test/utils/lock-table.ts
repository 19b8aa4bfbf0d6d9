import { DataSource } from 'typeorm';
import { dataSourceOptions } from './databases.js';

/** Holds every read and write of a table of a PostgreSQL, MySQL or MariaDB database, until the returned function is called. */
export async function lockTable(databaseUrl: string, table = 'event_log_events'): Promise<() => Promise<void>> {
  const source = await new DataSource(dataSourceOptions(databaseUrl, { migrationsRun: false })).initialize();
  const runner = source.createQueryRunner();
  const isPostgres = databaseUrl.startsWith('postgres');
  if (isPostgres) await runner.query('BEGIN');
  await runner.query(isPostgres ? `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE` : `LOCK TABLES ${table} WRITE`);
  return async () => {
    await runner.query(isPostgres ? 'ROLLBACK' : 'UNLOCK TABLES');
    await runner.release();
    await source.destroy();
  };
}
