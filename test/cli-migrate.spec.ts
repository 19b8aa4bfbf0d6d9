import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventLogConsumerMigrations, eventLogConversationMigrations, eventLogMigrations } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { run } from '../lib/cli/run.js';
import { COLUMNS } from '../lib/typeorm/events/event-columns.js';
import { insertAsBefore } from './storage/insert-as-before.js';
import { closeApps } from './utils/create-app.js';
import { administer, dataSourceOptions, type TestDatabase } from './utils/databases.js';
import { describeEngines, SERVERS } from './utils/describe-engines.js';
import { newRecord } from './utils/events.js';
import { startTypeOrmHost } from './utils/typeorm-host.js';
import { until } from './utils/until.js';

// Built by `npm run build:sample`, which `npm test` does first.
const CLI = resolve('dist/esm/cli/main.js');
const PROCESSES = 4;

interface State {
  name: string;
  of: string;
  state: string;
}

const EVENTS = eventLogMigrations.map(({ name }) => ({ name, of: 'events' }));
const CONSUMERS = eventLogConsumerMigrations.map(({ name }) => ({ name, of: 'consumers' }));
const CONVERSATIONS = eventLogConversationMigrations.map(({ name }) => ({ name, of: 'conversations' }));
const all = (migrations: object[], state: string) => migrations.map((migration) => ({ ...migration, state }));

/** A host that boots, and its migrations with it. */
const HOST = `
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
const source = { ...JSON.parse(process.argv[1]), autoLoadEntities: true, migrations: eventLogMigrations, migrationsRun: true, retryAttempts: 0 };
const imports = [TypeOrmModule.forRoot(source), EventLogModule.forRoot({ apiKeys: [{ id: 'api', key: 'demo-api-key', kind: 'api' }], storage: typeOrmStorage() })];
class App {}
Module({ imports })(App);
await (await NestFactory.createApplicationContext(App, { logger: ['error'], abortOnError: false })).close();
`;

interface Ending {
  exitCode: number | null;
  output: string;
  problem: string;
}

/** Starts processes, and resolves to how they end. */
function atOnce(count: number, args: string[], env: Record<string, string> = {}): Promise<Ending[]> {
  const ending = () =>
    new Promise<Ending>((ended) => {
      const child = execFile(process.execPath, args, { env: { ...process.env, ...env } }, (_error, output, problem) =>
        ended({ exitCode: child.exitCode, output, problem }),
      );
    });
  return Promise.all(Array.from({ length: count }, ending));
}

describeEngines('The command line migrates', (engine) => {
  let database: TestDatabase;
  let source: DataSource | undefined;
  const migrate = async (...args: string[]) => {
    const { exitCode, output, problem } = await run(['migrate', ...args, '--json'], { DATABASE_URL: database.url });
    return { exitCode, problem, states: JSON.parse(output || 'null') as State[] };
  };
  const open = async (more: object = {}) => {
    source = await new DataSource(dataSourceOptions(database.url, { migrationsRun: false, ...more })).initialize();
    return source;
  };
  const noted = async () => {
    const rows: { name: string }[] = await (await open()).query('SELECT name FROM migrations ORDER BY id');
    await source!.destroy();
    return rows.map(({ name }) => name);
  };

  beforeEach(async () => {
    database = await engine.start();
  });

  afterEach(async () => {
    await closeApps();
    if (source?.isInitialized) await source.destroy();
    await database.stop();
  });

  it('an empty database, after it has told what is pending, and the host that starts then finds all done', async () => {
    if (engine.name === 'SQLite') await (await open()).destroy(); // makes the file
    expect(await migrate('status')).toEqual({ exitCode: 1, problem: '', states: all(EVENTS, 'pending') });
    await expect((await open()).query('SELECT * FROM migrations')).rejects.toThrow();
    await source!.destroy();
    expect(await migrate('up')).toEqual({ exitCode: 0, problem: '', states: all(EVENTS, 'done') });
    expect(await migrate('status')).toEqual({ exitCode: 0, problem: '', states: all(EVENTS, 'done') });
    expect((await (await startTypeOrmHost('fastify', database.url)).post()).status).toBe(200);
    expect(await noted()).toEqual(EVENTS.map(({ name }) => name));
    const again = await run(['migrate', 'up', '--database', database.url]);
    expect(again).toEqual({ exitCode: 0, output: 'No migration is pending.\n', problem: '' });
  });

  it('what consumers need where it is asked for, and from then on without', async () => {
    expect((await migrate('up', '--with', 'consumers')).states).toEqual(all([...EVENTS, ...CONSUMERS], 'done'));
    await (await open()).query(`DELETE FROM migrations WHERE name = '${CONSUMERS[1].name}'`);
    await source!.destroy();
    const { exitCode, states } = await migrate('status');
    expect({ exitCode, pending: states.filter(({ state }) => state === 'pending') }).toEqual({
      exitCode: 1,
      pending: all([CONSUMERS[1]], 'pending'),
    });
    expect((await migrate('up')).states).toEqual(all([CONSUMERS[1]], 'done'));
  });

  it('what conversations need where it is asked for', async () => {
    expect((await migrate('up', '--with', 'conversations')).states).toEqual(all([...EVENTS, ...CONVERSATIONS], 'done'));
  });

  it('tables of a prefix and of a schema', async () => {
    const isPostgres = engine.name === 'PostgreSQL';
    if (isPostgres) await administer(database.url, 'CREATE SCHEMA logging');
    const options = ['--entity-prefix', 'app_', ...(isPostgres ? ['--schema', 'logging'] : [])];
    expect(await migrate('up', ...options)).toMatchObject({ exitCode: 0, problem: '' });
    const named = { entityPrefix: 'app_', ...(isPostgres && { schema: 'logging' }) };
    const host = await startTypeOrmHost('express', database.url, { source: { ...named, migrationsRun: false } });
    expect((await host.post()).status).toBe(200);
    expect((await migrate('status', ...options)).exitCode).toBe(0);
    expect((await migrate('status')).exitCode).toBe(isPostgres ? 1 : 0); // elsewhere both have one table of migrations
  });

  it(`an empty database from ${PROCESSES} processes at once, each migration once, and as many hosts boot at once after it`, async () => {
    const endings = await atOnce(PROCESSES, [CLI, 'migrate', 'up', '--json'], { DATABASE_URL: database.url });
    expect(endings.map(({ exitCode, problem }) => ({ exitCode, problem }))).toEqual(
      Array(PROCESSES).fill({ exitCode: 0, problem: '' }),
    );
    const states = endings.flatMap(({ output }) => JSON.parse(output) as State[]);
    expect(states).toHaveLength(EVENTS.length);
    expect(states).toEqual(expect.arrayContaining(all(EVENTS, 'done')));
    expect(await noted()).toEqual(EVENTS.map(({ name }) => name));

    const { type, url, database: file } = dataSourceOptions(database.url) as unknown as Record<string, string>;
    const args = ['--input-type=module', '--eval', HOST, JSON.stringify({ type, url, database: file })];
    expect(await atOnce(PROCESSES, args)).toEqual(Array(PROCESSES).fill({ exitCode: 0, output: '', problem: '' }));
    expect(await noted()).toEqual(EVENTS.map(({ name }) => name));
  });

  const versions = [
    { before: 'own fields', count: 3, columns: COLUMNS.slice(0, COLUMNS.indexOf('fields')) },
    { before: 'reading', count: 5, columns: COLUMNS.slice(0, COLUMNS.indexOf('user_key')) },
    { before: 'the feed', count: 7, columns: COLUMNS },
    { before: 'erasures', count: 8, columns: COLUMNS },
  ];
  it.each(versions)('what the version before $before made, while that goes on writing', async ({ count, columns }) => {
    const before = await open({ migrations: eventLogMigrations.slice(0, count), migrationsRun: true });
    let written = 0;
    const write = async () => insertAsBefore(before, columns, newRecord({ id: `old ${written++}` }));
    await write();
    let isDone = false;
    const writing = (async () => {
      while (!isDone || written < 20) {
        await write();
        await nextTurn(); // SQLite writes in this one.
      }
    })();
    expect((await migrate('up', '--with', 'consumers')).states).toEqual(all([...EVENTS.slice(count), ...CONSUMERS], 'done'));
    isDone = true;
    await writing;
    await write();
    const rows: unknown[] = await before.query('SELECT id FROM event_log_events');
    expect(rows).toHaveLength(written);
    expect((await (await startTypeOrmHost('express', database.url)).post()).status).toBe(200);
  });

  it('nothing where a migration fails, and says which, and why in the words of the driver', async () => {
    await (await open()).query('CREATE VIEW event_log_events AS SELECT 1 AS one');
    await source!.destroy();
    const { exitCode, problem } = await migrate('up');
    expect(exitCode).toBe(1);
    expect(problem).toMatch(/^The migration \w+\d{13} failed \([0-9A-Z_]+\)\.\n$/);
    expect(problem).not.toMatch(/SELECT|CREATE TABLE|ALTER/);
  });
});

describeEngines(
  'The command line migrates',
  (engine) => {
    it('nothing into a schema that does not exist, and says how to make it', async () => {
      const args = ['--database', engine.url, '--schema', 'evl'];
      const problem = `The schema 'evl' does not exist: make it with CREATE SCHEMA "evl".\n`;
      expect(await run(['migrate', 'up', ...args])).toEqual({ exitCode: 1, output: '', problem });
      await administer(engine.url, 'CREATE SCHEMA "evl"');
      expect(await run(['migrate', 'up', ...args])).toMatchObject({ exitCode: 0, problem: '' });
    });
  },
  ['PostgreSQL'],
);

describeEngines(
  'The command line migrates',
  (engine) => {
    let reader: DataSource;
    let writer: DataSource;
    const open = () => new DataSource(dataSourceOptions(engine.url, { migrationsRun: false })).initialize();

    beforeEach(async () => {
      const migrations = eventLogMigrations.slice(0, 5);
      await (await new DataSource(dataSourceOptions(engine.url, { migrations })).initialize()).destroy();
      [reader, writer] = [await open(), await open()];
    });
    afterEach(() => Promise.all([reader, writer].map((source) => source.destroy())));

    it('no sooner than a long query of others ends, and what writes meanwhile does not wait for that', async () => {
      const columns = COLUMNS.slice(0, COLUMNS.indexOf('user_key'));
      const write = (id: string) => insertAsBefore(writer, columns, newRecord({ id }));
      const query = reader.createQueryRunner();
      await query.startTransaction();
      await query.query('SELECT id FROM event_log_events');
      const migrating = run(['migrate', 'up', '--database', engine.url]);
      let isDone = false;
      void migrating.then(() => (isDone = true));
      for (let i = 0; i < 40; i++) {
        await write(`meanwhile ${i}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(isDone).toBe(false);
      await query.commitTransaction();
      await query.release();
      expect(await migrating).toMatchObject({ exitCode: 0, problem: '' });
    });
  },
  SERVERS,
);

describeEngines(
  'The command line migrates a table with rows',
  (engine) => {
    let writer: DataSource;
    let other: DataSource;
    const open = (more: object = {}) =>
      new DataSource(dataSourceOptions(engine.url, { migrationsRun: false, ...more })).initialize();
    const columns = COLUMNS.slice(0, COLUMNS.indexOf('user_key'));
    const indexes = async (): Promise<Record<string, boolean>> => {
      const rows: { name: string; valid: boolean }[] = await other.query(
        `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index WHERE indrelid = 'event_log_events'::regclass`,
      );
      return Object.fromEntries(rows.map(({ name, valid }) => [name, valid]));
    };

    beforeEach(async () => {
      // Up to the indexes for reading.
      const migrations = eventLogMigrations.slice(0, 6);
      await (await open({ migrations, migrationsRun: true })).destroy();
      [writer, other] = [await open(), await open()];
      await insertAsBefore(writer, columns, newRecord({ id: 'first' }));
    });
    afterEach(async () => {
      await Promise.all([writer, other].map((source) => source.destroy()));
      await administer(engine.url, 'DROP TABLE event_log_events CASCADE');
      await administer(engine.url, 'DROP TABLE migrations');
    });

    it('while it makes indexes, and nobody who writes waits for it', async () => {
      // An index waits for those that write already.
      const query = other.createQueryRunner();
      await query.startTransaction();
      await query.query(`DELETE FROM event_log_events WHERE id = 'first'`);
      const migrating = run(['migrate', 'up', '--database', engine.url]);
      const isMaking = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'CREATE INDEX%'`;
      await until('an index is being made', async () => ((await writer.query(isMaking)) as unknown[]).length > 0);
      await writer.transaction(async (manager) => {
        await manager.query(`SET LOCAL lock_timeout = '500ms'`);
        await manager.query(`UPDATE event_log_events SET type = type WHERE id = 'none'`);
      });
      await query.rollbackTransaction();
      await query.release();
      expect(await migrating).toMatchObject({ exitCode: 0, problem: '' });
      expect(await indexes()).toMatchObject({ event_log_events_by_user: true, event_log_events_by_feed: true });
    });

    it('and makes an index anew that was cut short', async () => {
      await insertAsBefore(writer, columns, newRecord({ id: 'second' }));
      const cutShort = 'CREATE UNIQUE INDEX CONCURRENTLY event_log_events_by_user ON event_log_events (entity_type)';
      await expect(other.query(cutShort)).rejects.toThrow();
      expect(await indexes()).toMatchObject({ event_log_events_by_user: false });
      expect(await run(['migrate', 'up', '--database', engine.url])).toMatchObject({ exitCode: 0, problem: '' });
      expect(await indexes()).toMatchObject({ event_log_events_by_user: true });
    });
  },
  ['PostgreSQL'],
);
