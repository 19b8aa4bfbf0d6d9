import type { DataSource } from 'typeorm';
import { byEngine } from './by-engine.js';
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
  return byEngine<ReadDatabase>(dataSource, ['typeOrmStorage', 'reads events'], {
    sqlite: (source) => new SqliteReadDatabase(source),
    postgres: (source) => new PostgresReadDatabase(source),
    mysql: (source) => new MysqlReadDatabase(source),
  });
}
