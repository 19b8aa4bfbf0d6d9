import type { DataSource } from 'typeorm';

type Make<T> = (dataSource: DataSource) => T;

const ENGINES: Partial<Record<string, 'sqlite' | 'postgres' | 'mysql'>> = {
  'better-sqlite3': 'sqlite',
  postgres: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
};

/** What `make` makes for the engine of a data source. `user` asks for it, to do `what`: the error says so where there is none. */
export function byEngine<T>(
  dataSource: DataSource,
  [user, what]: readonly [user: string, what: string],
  make: Readonly<Record<'sqlite' | 'postgres' | 'mysql', Make<T>>>,
): T {
  const { type } = dataSource.options;
  const engine = ENGINES[type];
  if (engine !== undefined) return make[engine](dataSource);
  throw new Error(
    `${user}() ${what} in better-sqlite3, postgres, mysql or mariadb, not in ${type}: name another data source with ${user}({ dataSource }).`,
  );
}
