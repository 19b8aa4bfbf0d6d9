import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DataSource } from 'typeorm';
import { eventLogMigrations } from 'nestjs-event-log/typeorm';
import { closeApps } from '../utils/create-app.js';
import {
  dataSourceOptions,
  startMysql,
  startPostgres,
  startSqlite,
  type TestDatabase,
  undoMigrations,
} from '../utils/databases.js';
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
  const migrate = async (url: string, count: number) => {
    const migrations = eventLogMigrations.slice(0, count);
    await (await new DataSource(dataSourceOptions(url, { migrations })).initialize()).destroy();
  };
  afterEach(async () => {
    await closeApps();
    for (const database of databases) await database.stop();
    databases = [];
  });

  run(`are run by ${PROCESSES} processes at once, of which none fails`, async () => {
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
  });

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

  run('bring each earlier state to the same columns and indexes, and back, and there again', async () => {
    const all = eventLogMigrations.length;
    const states: unknown[] = [];
    for (let earlier = 1; earlier <= all; earlier++) {
      const url = await another();
      await migrate(url, earlier);
      await use(url, async (source) => {
        await source.runMigrations();
        states.push(await stateOf(source, engine));
        for (let i = 0; i < all - earlier; i++) await source.undoLastMigration();
        await source.runMigrations();
        states.push(await stateOf(source, engine));
      });
    }
    expect(states).toEqual(Array(2 * all).fill(states[0]));
    expect(states[0]).toEqual(expect.arrayContaining(['user_key', 'event_log_events_by_project', 'event_log_events_by_type']));
  });

  run('go on after steps that were made by hand, or by a run that died', async () => {
    const url = await another();
    await migrate(url, WITHOUT_READING);
    await use(url, async (source) => {
      await source.query(`ALTER TABLE event_log_events ADD COLUMN user_key ${USER_KEY[engine]}`);
      await source.query('CREATE INDEX event_log_events_by_project ON event_log_events (project_id, created_at, id)');
      await source.runMigrations();
      const state = await stateOf(source, engine);
      expect(state).toEqual(
        expect.arrayContaining(['project', 'created', 'user', 'type'].map((name) => `event_log_events_by_${name}`)),
      );
      expect(state).not.toContain('event_log_events_by_time');
    });
    expect((await (await startTypeOrmHost('fastify', url)).post()).status).toBe(200);
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

describe('the migrations on PostgreSQL', () => {
  const collationOf = async (source: DataSource) => {
    const [row] = await source.query(
      "SELECT collation_name AS name FROM information_schema.columns WHERE table_name = 'event_log_events' AND column_name = 'search_query'",
    );
    return (row as { name: string | null }).name;
  };
  const fileOf = async (source: DataSource) => (await source.query("SELECT pg_relation_filenode('event_log_events') AS file"))[0];
  let database: TestDatabase;
  let source: DataSource;
  beforeEach(async () => {
    database = await startPostgres();
    const migrations = eventLogMigrations.slice(0, WITHOUT_READING);
    await (await new DataSource(dataSourceOptions(database.url, { migrations })).initialize()).destroy();
    source = await new DataSource(dataSourceOptions(database.url, { migrationsRun: false })).initialize();
  });
  afterEach(async () => {
    await source.destroy();
    await database.stop();
  });

  it('have search queries ordered by code point, and write no row again', async () => {
    const before = await fileOf(source);
    await source.runMigrations();
    expect(await collationOf(source)).toBe('C');
    expect(await fileOf(source)).toEqual(before);
    await undoMigrations(source, 'AddEventLogReadingIndexes1767744000000');
    expect(await collationOf(source)).toBeNull();
  });

  it('leave search queries as they are where a view of the host has them', async () => {
    await source.query('CREATE VIEW searches AS SELECT search_query FROM event_log_events');
    await source.runMigrations();
    expect(await collationOf(source)).toBeNull();
    await undoMigrations(source, 'AddEventLogReadingIndexes1767744000000');
  });
});

const MIGRATIONS_TABLE: Record<string, string> = {
  SQLite:
    'CREATE TABLE migrations (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, timestamp bigint NOT NULL, name varchar NOT NULL)',
  PostgreSQL: 'CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)',
  'MySQL or MariaDB':
    'CREATE TABLE migrations (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, timestamp bigint NOT NULL, name varchar(255) NOT NULL)',
};

/** How many migrations the version before reading had. */
const WITHOUT_READING = 5;

const USER_KEY: Record<string, string> = {
  SQLite: 'text',
  PostgreSQL: 'text COLLATE "C"',
  'MySQL or MariaDB': 'varchar(255)',
};

/** The names of the columns and indexes of the events. */
async function stateOf(source: DataSource, engine: string): Promise<string[]> {
  const sql: Record<string, string> = {
    SQLite: "SELECT name FROM pragma_table_info('event_log_events')",
    PostgreSQL: "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'event_log_events'",
    'MySQL or MariaDB':
      "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'event_log_events'",
  };
  const columns: { name: string }[] = await source.query(sql[engine]);
  const indexes = (await indexesOf(source, engine)).filter((name) => name.startsWith('event_log_events_'));
  return [...new Set([...columns.map(({ name }) => name), ...indexes])].sort();
}

async function indexesOf(source: DataSource, engine: string): Promise<string[]> {
  const sql: Record<string, string> = {
    SQLite: "SELECT name FROM sqlite_master WHERE type = 'index'",
    PostgreSQL: 'SELECT indexname AS name FROM pg_indexes',
    'MySQL or MariaDB': 'SELECT index_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE()',
  };
  const rows: { name: string }[] = await source.query(sql[engine]);
  return rows.map(({ name }) => name);
}
