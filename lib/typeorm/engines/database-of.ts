import type { DataSource } from 'typeorm';
import { byEngine } from './by-engine.js';
import type { Database } from './database.js';
import { MysqlDatabase } from './mysql/database.js';
import { PostgresDatabase } from './postgres/database.js';
import { SqliteDatabase } from './sqlite/database.js';

const postgres = new WeakMap<DataSource, PostgresDatabase>();
const mysql = new WeakMap<DataSource, MysqlDatabase>();
const sqlite = new WeakMap<DataSource, SqliteDatabase>();

// One a data source: what events learn about its connections, keys know too.
export function postgresDatabaseOf(dataSource: DataSource): PostgresDatabase {
  return only(postgres, dataSource, PostgresDatabase);
}

export function mysqlDatabaseOf(dataSource: DataSource): MysqlDatabase {
  return only(mysql, dataSource, MysqlDatabase);
}

export function sqliteDatabaseOf(dataSource: DataSource): SqliteDatabase {
  return only(sqlite, dataSource, SqliteDatabase);
}

const KEYS = ['typeOrmApiKeys', 'keeps keys'] as const;

/** The database of a data source with keys, or with what else `user` keeps there. */
export function databaseOf(dataSource: DataSource, user: readonly [user: string, what: string] = KEYS): Database {
  return byEngine<Database>(dataSource, user, {
    sqlite: sqliteDatabaseOf,
    postgres: postgresDatabaseOf,
    mysql: mysqlDatabaseOf,
  });
}

function only<D>(known: WeakMap<DataSource, D>, dataSource: DataSource, Type: new (source: DataSource) => D): D {
  const database = known.get(dataSource) ?? new Type(dataSource);
  known.set(dataSource, database);
  return database;
}
