import type { DataSource } from 'typeorm';
import { MysqlReadDatabase } from './mysql/read-database.js';
import { PostgresReadDatabase } from './postgres/read-database.js';
import type { ReadDatabase } from './read-database.js';
import { SqliteReadDatabase } from './sqlite/read-database.js';

const known = new WeakMap<DataSource, ReadDatabase>();

/** How events are read in a data source; one a data source, as SQLite starts a thread for it. */
export function readDatabaseOf(dataSource: DataSource): ReadDatabase {
  const database = known.get(dataSource) ?? open(dataSource);
  known.set(dataSource, database);
  return database;
}

function open(dataSource: DataSource): ReadDatabase {
  switch (dataSource.options.type) {
    case 'better-sqlite3':
      return new SqliteReadDatabase(dataSource);
    case 'postgres':
      return new PostgresReadDatabase(dataSource);
    case 'mysql':
    case 'mariadb':
      return new MysqlReadDatabase(dataSource);
    default:
      throw new Error(
        `typeOrmStorage() reads events in better-sqlite3, postgres, mysql or mariadb, not in ${dataSource.options.type}: name another data source with typeOrmStorage({ dataSource }).`,
      );
  }
}
