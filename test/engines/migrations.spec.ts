import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DataSource } from 'typeorm';
import { eventLogMigrations } from 'nestjs-event-log/typeorm';
import { closeApps } from '../utils/create-app.js';
import { dataSourceOptions, startMysql, startPostgres, startSqlite, type TestDatabase } from '../utils/databases.js';
import { itUnless } from '../faults/it-unless.js';
import { startTypeOrmHost } from '../utils/typeorm-host.js';

const PROCESSES = 3;
const ROUNDS = 5;
const noMysql = process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL';

/** A process that initialises a data source at a given moment, with the library as it is built. */
const PROGRAM = `
import { DataSource } from 'typeorm';
import { ApiKeyEntity, EventEntity, eventLogMigrations } from 'nestjs-event-log/typeorm';
const { at, options } = JSON.parse(process.argv[1]);
await new Promise((resolve) => setTimeout(resolve, at - Date.now()));
const source = new DataSource({ ...options, entities: [EventEntity, ApiKeyEntity], migrations: eventLogMigrations, migrationsRun: true });
await source.initialize();
await source.destroy();
`;

/** Resolves to what it says when it fails. */
async function migrateInProcess(at: number, url: string): Promise<string> {
  const { type, database, url: serverUrl } = dataSourceOptions(url) as unknown as Record<string, string>;
  const argument = JSON.stringify({ at, options: { type, database, url: serverUrl } });
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM, argument], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let problem = '';
  child.stderr.on('data', (chunk) => (problem += chunk));
  const [code] = await once(child, 'close');
  return code === 0 ? '' : problem;
}

describe.each([
  { engine: 'SQLite', start: startSqlite },
  { engine: 'PostgreSQL', start: startPostgres },
  { engine: 'MySQL or MariaDB', start: startMysql },
])('the migrations on $engine', ({ engine, start }) => {
  const run = itUnless(engine === 'MySQL or MariaDB' ? noMysql : undefined);
  let databases: TestDatabase[] = [];
  const another = async () => {
    const database = (await start())!;
    databases.push(database);
    return database.url;
  };
  const use = async <T>(url: string, work: (source: DataSource) => Promise<T>) => {
    const source = await new DataSource(dataSourceOptions(url, { migrationsRun: false })).initialize();
    return work(source).finally(() => source.destroy());
  };
  afterEach(async () => {
    await closeApps();
    for (const database of databases) await database.stop();
    databases = [];
  });

  run(
    `are run by ${PROCESSES} processes at once, of which none fails`,
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const url = await another();
        // TypeORM looks for its own table, and makes it, without a lock that a migration could take for it.
        await use(url, (source) => source.query(MIGRATIONS_TABLE[engine]));
        const at = Date.now() + 2_500;
        const problems = await Promise.all(Array.from({ length: PROCESSES }, () => migrateInProcess(at, url)));
        expect(problems).toEqual(Array(PROCESSES).fill(''));
        expect((await (await startTypeOrmHost('express', url)).post()).status).toBe(200);
        await closeApps();
      }
    },
    120_000,
  );

  run('that died before an index go on, and make it', async () => {
    const url = await another();
    const host = await startTypeOrmHost('express', url);
    await host.post();
    await closeApps();
    await use(url, async (source) => {
      await source.query('DELETE FROM migrations');
      await source.query(`DROP INDEX event_log_events_by_type${engine.startsWith('MySQL') ? ' ON event_log_events' : ''}`);
    });
    const again = await startTypeOrmHost('fastify', url);
    expect((await again.post()).status).toBe(200);
    expect(await indexesOf(again.dataSource, engine)).toContain('event_log_events_by_type');
    expect(await again.dataSource.query('SELECT name FROM migrations')).toHaveLength(eventLogMigrations.length);
  });

  run('are undone when they died half-way', async () => {
    const url = await another();
    await (await startTypeOrmHost('express', url)).app.close();
    await use(url, async (source) => {
      await source.query('DROP TABLE event_log_api_keys');
      for (let i = 0; i < eventLogMigrations.length; i++) await source.undoLastMigration();
      expect(await source.query('SELECT name FROM migrations')).toEqual([]);
    });
  });
});

const MIGRATIONS_TABLE: Record<string, string> = {
  SQLite:
    'CREATE TABLE migrations (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, timestamp bigint NOT NULL, name varchar NOT NULL)',
  PostgreSQL: 'CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)',
  'MySQL or MariaDB':
    'CREATE TABLE migrations (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, timestamp bigint NOT NULL, name varchar(255) NOT NULL)',
};

async function indexesOf(source: DataSource, engine: string): Promise<string[]> {
  const sql: Record<string, string> = {
    SQLite: "SELECT name FROM sqlite_master WHERE type = 'index'",
    PostgreSQL: 'SELECT indexname AS name FROM pg_indexes',
    'MySQL or MariaDB': 'SELECT index_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE()',
  };
  const rows: { name: string }[] = await source.query(sql[engine]);
  return rows.map(({ name }) => name);
}
