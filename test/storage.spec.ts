import { Logger, ServiceUnavailableException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { DataSource } from 'typeorm';
import {
  EventLogModule,
  EventLogService,
  type EventRecord,
  EventRepository,
  InMemoryEventRepository,
  type InsertOutcome,
} from 'nestjs-event-log';
import { describeEventRepository } from 'nestjs-event-log/testing';
import { EventEntity, eventLogMigrations, TypeOrmEventRepository, typeOrmStorage } from 'nestjs-event-log/typeorm';
import {
  dataSourceOptions,
  startMysql,
  startPostgres,
  startSqlite,
  type TestDatabase,
  undoMigrations,
} from './utils/databases.js';

Logger.overrideLogger(false);

const TABLE = 'event_log_events';

const ENGINES = [
  { engine: 'SQLite', start: startSqlite },
  { engine: 'PostgreSQL', start: startPostgres },
  { engine: 'MySQL or MariaDB', start: startMysql, skipped: process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL' },
] as { engine: string; start: () => Promise<TestDatabase>; skipped?: string }[];

/** How another connection keeps every event out. */
const LOCKED_BY: Record<string, string[]> = {
  SQLite: ['BEGIN IMMEDIATE'],
  PostgreSQL: ['BEGIN', `LOCK TABLE ${TABLE} IN ACCESS EXCLUSIVE MODE`],
  'MySQL or MariaDB': [`LOCK TABLES ${TABLE} WRITE`],
};

function newEvent(fields: object = {}): EventRecord {
  return {
    id: randomUUID(),
    type: 'message:copied',
    messageId: 'm',
    createdAt: '2026-01-02T03:04:05.678Z',
    projectId: 'p',
    integrationId: null,
    properties: { secret: 'SECRET' },
    userProperties: null,
    entityType: 'message',
    receivedAt: '2026-01-02T03:04:06.789Z',
    ...fields,
  } as EventRecord;
}

async function open(dataSource: DataSource): Promise<TypeOrmEventRepository> {
  const repository = new TypeOrmEventRepository(dataSource);
  await repository.onModuleInit();
  return repository;
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (error: Error) => error,
  );
}

describeEventRepository('InMemoryEventRepository', () => new InMemoryEventRepository());

for (const { engine, start, skipped } of ENGINES) {
  (skipped ? describe.skip : describe)(`TypeOrmEventRepository on ${engine}${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
    let database: TestDatabase;
    let dataSource: DataSource;
    const others: DataSource[] = [];

    const another = async (options: object = {}, url = database.url) => {
      const other = await new DataSource(dataSourceOptions(url, options)).initialize();
      others.push(other);
      return other;
    };

    beforeAll(async () => {
      database = await start();
      dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    });

    afterEach(async () => {
      for (const other of others.splice(0)) if (other.isInitialized) await other.destroy();
    });

    afterAll(async () => {
      await dataSource?.destroy();
      await database?.stop();
    });

    describeEventRepository('the contract of repositories', {
      create: () => open(dataSource),
      createAnother: async () => open(await another({ migrationsRun: false })),
      stall: async () => {
        const runner = (await another({ migrationsRun: false })).createQueryRunner();
        for (const sql of LOCKED_BY[engine]) await runner.query(sql);
        return async () => void (await runner.query(engine.startsWith('MySQL') ? 'UNLOCK TABLES' : 'ROLLBACK'));
      },
    });

    it('reads events back as EventEntity, with their dates', async () => {
      const repository = await open(dataSource);
      const times = ['2026-07-02T03:04:05.678Z', '1969-12-31T23:59:59.999Z', '2026-03-08T02:30:00.100Z'];
      const events = times.map((createdAt) => newEvent({ createdAt, userProperties: { id: 7, plan: ['é😀'] } }));
      await repository.insert([...events, newEvent({ id: 'no project', projectId: null, properties: null })]);
      const entities = dataSource.getRepository(EventEntity);
      for (const event of events) {
        const { receivedAt, ...others } = event;
        expect({ ...(await entities.findOneByOrFail({ id: event.id })) }).toEqual({
          conversationId: null,
          searchQuery: null,
          ...others,
          projectKey: '=p',
          createdAt: new Date(event.createdAt),
          receivedAt: new Date(receivedAt),
        });
      }
      expect(await entities.findOneBy({ id: 'no project' })).toMatchObject({ projectKey: '', projectId: null, properties: null });
    });

    it('finds events by a date through EventEntity', async () => {
      const event = newEvent({ createdAt: '2020-02-03T04:05:06.789Z' });
      await (await open(dataSource)).insert([event]);
      const found = await dataSource.getRepository(EventEntity).findBy({ createdAt: new Date(event.createdAt) });
      expect(found.map(({ id }) => id)).toEqual([event.id]);
    });

    it('leaves the table as it is when the host synchronizes or generates migrations', async () => {
      const event = newEvent();
      await (await open(dataSource)).insert([event]);
      const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
      expect([...upQueries, ...downQueries].filter(({ query }) => query.includes(TABLE))).toEqual([]);
      await dataSource.synchronize();
      expect(await dataSource.getRepository(EventEntity).countBy({ id: event.id })).toBe(1);
      expect(await (await open(dataSource)).insert([event])).toEqual([{ event, replayed: true }]);
    });

    it('has indexes for reading a project by time and by type', async () => {
      const sql = {
        SQLite: `SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = '${TABLE}'`,
        PostgreSQL: `SELECT indexname AS name FROM pg_indexes WHERE tablename = '${TABLE}'`,
      }[engine];
      const rows: { name: string }[] = await dataSource.query(
        sql ??
          `SELECT DISTINCT index_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = '${TABLE}'`,
      );
      const names = rows.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([`${TABLE}_by_time`, `${TABLE}_by_type`]));
    });

    it('uses the entityPrefix of the data source', async () => {
      const prefixed = await another({ entityPrefix: 'my_', migrationsTableName: 'my_migrations' });
      const event = newEvent();
      await (await open(prefixed)).insert([event]);
      expect(await prefixed.query(`SELECT id FROM my_${TABLE}`)).toEqual([{ id: event.id }]);
      expect(await prefixed.getRepository(EventEntity).count()).toBe(1);
      expect(await dataSource.getRepository(EventEntity).countBy({ id: event.id })).toBe(0);
    });

    it('takes the table away when the migration is reverted, and makes it again', async () => {
      const own = await another({ entityPrefix: 'reverted_', migrationsTableName: 'reverted_migrations' });
      const repository = await open(own);
      await repository.insert([newEvent()]);
      await undoMigrations(own);
      expect(await (await own.createQueryRunner()).hasTable(`reverted_${TABLE}`)).toBe(false);
      await own.runMigrations();
      const event = newEvent();
      expect(await repository.insert([event])).toEqual([{ event, replayed: false }]);
    });

    it('names eventLogMigrations when the table is not there', async () => {
      const empty = await another({ entityPrefix: 'missing_', migrationsRun: false });
      expect((await rejection(open(empty))).message).toContain('`eventLogMigrations`');
    });

    it('fails for a bug with an error that tells neither SQL nor data', async () => {
      const own = await another({ entityPrefix: 'dropped_', migrationsTableName: 'dropped_migrations' });
      const repository = await open(own);
      await own.query(`DROP TABLE dropped_${TABLE}`);
      const event = newEvent();
      const error = await rejection(repository.insert([event]));
      expect(error).not.toBeInstanceOf(ServiceUnavailableException);
      expect(error.message).toMatch(/^The database refused to store events: \w+$/);
      expect(inspect(error, { depth: 9 })).not.toMatch(new RegExp(`SECRET|INSERT|${event.id}`));
    });

    it('stores what was refused while the data source was closed, once it is open again', async () => {
      const own = await another();
      const repository = await open(own);
      const [before, event] = [newEvent(), newEvent()];
      await repository.insert([before]);
      await own.destroy();
      expect(await rejection(repository.insert([event]))).toBeInstanceOf(ServiceUnavailableException);
      await own.initialize();
      expect(await repository.insert([before, event])).toEqual([
        { event: before, replayed: true },
        { event, replayed: false },
      ]);
    });

    it('stores events of an application in a named data source', async () => {
      const options = dataSourceOptions(database.url, { name: 'events', entities: [], autoLoadEntities: true });
      const module = await Test.createTestingModule({
        imports: [
          TypeOrmModule.forRoot(options),
          EventLogModule.forRoot({
            apiKeys: [{ id: 'site', key: 'key-of-the-site', scopes: ['events:write'] }],
            storage: typeOrmStorage({ dataSource: 'events' }),
          }),
        ],
      }).compile();
      const app = await module.createNestApplication({ logger: false }).init();
      try {
        const { event } = await app.get(EventLogService).log({ type: 't', entityType: 'search', searchQuery: 'q' });
        const entities = app.get<DataSource>(getDataSourceToken('events')).getRepository(EventEntity);
        expect(await entities.findOneBy({ id: event.id })).toMatchObject({ searchQuery: 'q', messageId: null });
      } finally {
        await app.close();
      }
    });

    if (engine === 'SQLite') describeSqlite(another, () => dataSource);
    else describeServer(another, () => database.url);
    if (engine === 'PostgreSQL') describePostgres(another, () => dataSource);
  });
}

type Another = (options?: object, url?: string) => Promise<DataSource>;

function describeSqlite(another: Another, shared: () => DataSource) {
  const durability = async (dataSource: DataSource) => [
    ...(await dataSource.query('PRAGMA journal_mode')),
    ...(await dataSource.query('PRAGMA synchronous')),
  ];
  const DURABLE = [{ journal_mode: 'wal' }, { synchronous: 2 }];

  it('commits with WAL and synchronous=FULL, whatever the host had set before', async () => {
    const other = await another({ enableWAL: true });
    await other.query('PRAGMA synchronous = NORMAL');
    await open(other);
    expect(await durability(other)).toEqual(DURABLE);
  });

  it('commits with WAL and synchronous=FULL on a file that was in WAL mode before, also when it is opened once more', async () => {
    const other = await another();
    const repository = await open(other);
    expect(await durability(other)).toEqual(DURABLE);
    await other.destroy();
    await other.initialize();
    await repository.insert([newEvent()]);
    expect(await durability(other)).toEqual(DURABLE);
  });

  it('commits with WAL and synchronous=FULL on a new file, also after the first event', async () => {
    const fresh = await startSqlite();
    const other = await another({}, fresh.url);
    const repository = await open(other);
    await repository.insert([newEvent()]);
    expect(await durability(other)).toEqual(DURABLE);
    await other.destroy();
    await fresh.stop();
  });

  it('refuses events with 503 in an open transaction of the host, and stores them after it', async () => {
    const repository = await open(shared());
    const event = newEvent();
    const runner = shared().createQueryRunner();
    await runner.startTransaction();
    expect(await rejection(repository.insert([event]))).toBeInstanceOf(ServiceUnavailableException);
    await runner.rollbackTransaction();
    expect(await repository.insert([event])).toEqual([{ event, replayed: false }]);
    expect(await repository.insert([event])).toEqual([{ event, replayed: true }]);
  });

  it('answers 503 while another connection writes, and stores the events after it', async () => {
    const repository = await open(shared());
    const other = await another();
    const event = newEvent();
    await other.query('BEGIN IMMEDIATE');
    expect(await rejection(repository.insert([event]))).toBeInstanceOf(ServiceUnavailableException);
    await other.query('ROLLBACK');
    expect(await repository.insert([event])).toEqual([{ event, replayed: false }]);
  });

  it("leaves the host's busy_timeout as it was", async () => {
    const other = await another({ timeout: 4321 });
    await (await open(other)).insert([newEvent()]);
    expect(await other.query('PRAGMA busy_timeout')).toEqual([{ timeout: 4321 }]);
  });
}

function describeServer(another: Another, url: () => string) {
  it('answers 503 while the server is out of reach, and stores the events when it is back', async () => {
    const proxy = await startProxy(url());
    const repository = await open(await another({ migrationsRun: false }, proxy.url));
    const [before, event] = [newEvent(), newEvent()];
    await repository.insert([before]);
    await proxy.close();
    for (let attempt = 0; attempt < 3; attempt++) {
      const error = await rejection(repository.insert([event]));
      expect(error).toBeInstanceOf(ServiceUnavailableException);
      expect(inspect(error, { depth: 9 })).not.toMatch(new RegExp(`SECRET|INSERT|${event.id}`));
    }
    await proxy.listen();
    expect(await repository.insert([before, event])).toEqual([
      { event: before, replayed: true },
      { event, replayed: false },
    ]);
    await proxy.close();
  });

  it('answers 503 for a connection that breaks while it stores, and finds out what was stored when tried again', async () => {
    const proxy = await startProxy(url());
    const repository = await open(await another({ migrationsRun: false }, proxy.url));
    const event = newEvent({ properties: { text: 'x'.repeat(1_000_000) } });
    proxy.cutAfterNextRequest();
    expect(await rejection(repository.insert([event]))).toBeInstanceOf(ServiceUnavailableException);
    const [outcome] = await repository.insert([event]);
    expect(outcome.event).toEqual(event);
    expect(await repository.insert([event])).toEqual([{ event, replayed: true }]);
    await proxy.close();
  });

  it('stores events of two processes that race once each', async () => {
    const repositories = await Promise.all([1, 2].map(async () => open(await another({ migrationsRun: false }))));
    const outcomes: InsertOutcome[] = [];
    for (let round = 0; round < 20; round++) {
      const ids = Array.from({ length: 20 }, () => randomUUID());
      const batches = repositories.map((repository, n) => repository.insert(ids.map((id) => newEvent({ id, type: `by ${n}` }))));
      outcomes.push(...(await Promise.all(batches)).flat());
    }
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(400);
    expect(new Set(outcomes.map(({ event }) => `${event.id} ${event.type}`)).size).toBe(400);
  });
}

function describePostgres(another: Another, shared: () => DataSource) {
  it('keeps the process alive, and every event that it acknowledged, while its connections are killed', async () => {
    const own = await another();
    const repository = await open(own);
    const acknowledged: EventRecord[] = [];
    const until = Date.now() + 1_500;
    const kill = async () => {
      const others = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
      for (; Date.now() < until; await delay(5))
        await shared()
          .query(others)
          .catch(() => undefined);
    };
    const write = async () => {
      while (Date.now() < until) {
        const event = newEvent();
        await repository.insert([event]).then(
          () => acknowledged.push(event),
          (error) => expect(error).toBeInstanceOf(ServiceUnavailableException),
        );
      }
    };
    await Promise.all([kill(), ...Array.from({ length: 8 }, write)]);
    expect(acknowledged.length).toBeGreaterThan(0);
    const outcomes = await repository.insert(acknowledged);
    expect(outcomes.filter(({ replayed }) => !replayed)).toEqual([]);
  });

  it('uses the schema of the data source', async () => {
    await shared().query('CREATE SCHEMA "My schema"');
    const other = await another({ schema: 'My schema', entityPrefix: 'x_' });
    const event = newEvent();
    await (await open(other)).insert([event]);
    expect(await shared().query(`SELECT id FROM "My schema".x_${TABLE}`)).toEqual([{ id: event.id }]);
    expect(await other.getRepository(EventEntity).count()).toBe(1);
    await undoMigrations(other);
    expect(
      await shared().query(
        `SELECT 1 FROM pg_tables WHERE schemaname = 'My schema' AND tablename LIKE 'x!_event!_log!_%' ESCAPE '!'`,
      ),
    ).toEqual([]);
  });

  it('does not report an event as stored that the database left out', async () => {
    const other = await another({ entityPrefix: 'triggered_', migrationsTableName: 'triggered_migrations' });
    const repository = await open(other);
    await other.query(`CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`);
    await other.query(`CREATE TRIGGER t BEFORE INSERT ON triggered_${TABLE} FOR EACH ROW EXECUTE FUNCTION leave_out()`);
    expect(await rejection(repository.insert([newEvent()]))).toBeInstanceOf(Error);
  });
}

describe('TypeOrmEventRepository', () => {
  it('names the type of a data source that it can not store events in', () => {
    const dataSource = { options: { type: 'mongodb' } } as DataSource;
    expect(() => new TypeOrmEventRepository(dataSource)).toThrow('not in mongodb');
  });

  it('has migrations whose names TypeORM takes', () => {
    expect(eventLogMigrations.map((migration) => new migration().name)).toEqual([
      'CreateEventLogEvents1767225600000',
      'CreateEventLogApiKeys1767312000000',
    ]);
  });
});

/** A TCP proxy in front of a database server, which can go away, come back and break connections. */
async function startProxy(serverUrl: string) {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let cut = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => [client, upstream].forEach((either) => either.destroy()));
    }
    upstream.pipe(client);
    client.on('data', (chunk) => {
      upstream.write(chunk);
      if (cut) client.destroy();
      cut = false;
    });
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as { port: number };
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    listen: () => listen(port),
    cutAfterNextRequest: () => (cut = true),
    close: () =>
      new Promise<unknown>((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  };
}

describe('describeEventRepository', () => {
  interface Faults {
    keyOf?: (event: EventRecord) => string;
    kept?: (event: EventRecord) => EventRecord;
    answered?: (outcomes: InsertOutcome[]) => InsertOutcome[];
    overwrites?: boolean;
    looksFirst?: boolean;
  }

  class FaultyEventRepository extends EventRepository {
    private readonly byKey = new Map<string, EventRecord>();

    constructor(private readonly faults: Faults) {
      super();
    }

    async insert(events: readonly EventRecord[]): Promise<InsertOutcome[]> {
      const {
        keyOf = exactKey,
        kept = (event) => event,
        answered = (outcomes) => outcomes,
        overwrites,
        looksFirst,
      } = this.faults;
      const outcomes: InsertOutcome[] = [];
      for (const event of events) {
        const earlier = this.byKey.get(keyOf(event));
        if (looksFirst) await setImmediate();
        if (!earlier || overwrites) this.byKey.set(keyOf(event), kept(event));
        outcomes.push({ event: (!overwrites && earlier) || event, replayed: earlier !== undefined });
      }
      return answered(outcomes);
    }
  }

  const exactKey = ({ projectId, id }: EventRecord) => JSON.stringify([projectId, id]);
  const withJson = (event: EventRecord, revive: (text: string) => EventRecord['properties']) => ({
    ...event,
    properties: event.properties && revive(JSON.stringify(event.properties)),
  });

  async function failuresOf(create: () => EventRepository, isRun = (_title: string) => true): Promise<string[]> {
    const tests: { title: string; run: () => Promise<void> }[] = [];
    const failed: string[] = [];
    describeEventRepository('store', create, {
      describe: (_name, define) => define(),
      it: (title, run) => tests.push({ title, run }),
      expect,
    });
    for (const { title, run } of tests) if (isRun(title)) await run().catch(() => failed.push(title));
    expect(tests.length).toBeGreaterThan(20);
    return failed;
  }

  it('passes a store without a fault', async () => {
    expect(await failuresOf(() => new FaultyEventRepository({}))).toEqual([]);
  });

  const FAULTS: [fault: string, faults: Faults, failing: string][] = [
    ['overwrites the first event', { overwrites: true }, 'resolves to the first event, unchanged, when its id comes again'],
    [
      'looks before it stores',
      { looksFirst: true },
      'stores one of many events with the same id that race, and resolves all to it',
    ],
    [
      'answers in another order',
      { answered: (outcomes) => outcomes.toReversed() },
      'resolves to one outcome an event, in order, for new and old events mixed',
    ],
    [
      'answers once for events with the same id',
      { answered: (outcomes) => outcomes.filter(({ event }, n) => outcomes.findIndex((o) => o.event === event) === n) },
      'stores the first of events with the same id in one batch and replays it for the others',
    ],
    [
      'does not tell what was there before',
      { answered: (outcomes) => outcomes.map(({ event }) => ({ event, replayed: false })) },
      'resolves to the first event, unchanged, when its id comes again',
    ],
    [
      'compares ids without case',
      { keyOf: (event) => exactKey({ ...event, id: event.id.toLowerCase() }) },
      'tells ids apart byte by byte',
    ],
    ['normalizes ids', { keyOf: (event) => exactKey({ ...event, id: event.id.normalize() }) }, 'tells ids apart byte by byte'],
    [
      'ignores trailing spaces',
      { keyOf: (event) => exactKey({ ...event, id: event.id.trimEnd() }) },
      'tells ids apart byte by byte',
    ],
    [
      'cuts ids at 255 bytes',
      { keyOf: (event) => exactKey({ ...event, id: event.id.slice(0, 500) }) },
      'tells ids apart byte by byte',
    ],
    [
      'compares projects without case',
      { keyOf: ({ projectId, id }) => exactKey({ projectId: projectId?.toLowerCase() ?? null, id } as EventRecord) },
      'tells projects apart byte by byte',
    ],
    [
      'ignores projects',
      { keyOf: ({ id }) => id },
      'takes the same id in another project, in none and in one without a name for other events',
    ],
    [
      'takes no project for one without a name',
      { keyOf: ({ projectId, id }) => `${projectId ?? ''}/${id}` },
      'takes the same id in another project, in none and in one without a name for other events',
    ],
    [
      'drops milliseconds',
      { kept: (event) => ({ ...event, createdAt: event.createdAt.replace(/\.\d+/, '.000') }) },
      'keeps times to the millisecond, from the year 1 to the year 9999',
    ],
    [
      'takes the years 0 to 99 for 1900 to 1999',
      { kept: (event) => ({ ...event, createdAt: event.createdAt.replace(/^00/, '19') }) },
      'keeps times to the millisecond, from the year 1 to the year 9999',
    ],
    [
      'drops the key __proto__',
      { kept: (event) => withJson(event, (text) => JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value))) },
      'keeps keys that objects of JavaScript have by themselves',
    ],
    [
      'assigns the key __proto__',
      { kept: (event) => withJson(event, (text) => Object.assign({}, JSON.parse(text))) },
      'keeps keys that objects of JavaScript have by themselves',
    ],
    [
      'keeps 64 KiB of JSON',
      { kept: (event) => withJson(event, (text) => (text.length > 65_535 ? null : JSON.parse(text))) },
      'keeps a text of 2 MiB',
    ],
    [
      'takes empty objects for null',
      { kept: (event) => withJson(event, (text) => (text === '{}' ? null : JSON.parse(text))) },
      'tells null from empty objects and empty texts',
    ],
    [
      'keeps 31 levels of JSON',
      { kept: (event) => withJson(event, (text) => (text.split(/[[{]/).length > 33 ? null : JSON.parse(text))) },
      'keeps JSON of 64 levels',
    ],
  ];

  it.each(FAULTS)('fails a store that %s', async (_fault, faults, failing) => {
    expect(
      await failuresOf(
        () => new FaultyEventRepository(faults),
        (title) => title === failing,
      ),
    ).toEqual([failing]);
  });
});
