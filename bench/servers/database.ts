import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { dataSourceOptions } from '../../test/utils/databases.js';

/** A data source with the table of events, which the parent process has made. */
export function databaseOf(url: string): TypeOrmModuleOptions {
  return { ...dataSourceOptions(url, { migrationsRun: false }), retryAttempts: 0 };
}
