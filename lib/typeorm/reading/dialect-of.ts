import type { DataSource } from 'typeorm';
import { MARIADB } from './mysql/dialect.js';
import { POSTGRES } from './postgres/dialect.js';
import type { ReadDialect } from '../../sql/read-dialect.interface.js';
import { SQLITE } from './sqlite/dialect.js';

/** How the engine of a data source writes SQL; one that can't be read from has failed before. */
export function dialectOf({ options: { type } }: DataSource): ReadDialect {
  if (type === 'better-sqlite3') return SQLITE;
  return type === 'postgres' ? POSTGRES : MARIADB;
}
