import { eventLogConsumerMigrations, eventLogMigrations } from 'nestjs-event-log/typeorm';
import type { DataSourceOptions } from 'typeorm';

/** For the workers, and for the primary, which migrates before it starts them. */
export function dataSourceOptions(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    migrations: [...eventLogMigrations, ...eventLogConsumerMigrations],
    connectTimeoutMS: 5_000,
    extra: { statement_timeout: 10_000 },
  };
}
