import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../utils/databases.js';

/** Holds every write to the events of a PostgreSQL database, until the returned function is called. */
export async function lockTable(databaseUrl: string): Promise<() => Promise<void>> {
  const source = await new DataSource(dataSourceOptions(databaseUrl, { migrationsRun: false })).initialize();
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  await runner.query('LOCK TABLE event_log_events IN ACCESS EXCLUSIVE MODE');
  return async () => {
    await runner.rollbackTransaction();
    await runner.release();
    await source.destroy();
  };
}
