import type { LoggerService } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  type Durability,
  EventLogModule,
  type EventLogOptions,
  EventRepository,
  type EventStorage,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import { TypeOrmEventRepository, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { closeApps, createApp, type CreateAppOptions } from './utils/create-app.js';
import {
  canStartMariadbServer,
  dataSourceOptions,
  startMariadbServer,
  startPostgres,
  startSqlite,
  type TestDatabase,
} from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { PostgresServer } from './utils/postgres-server.js';

const apiKeys: EventLogOptions['apiKeys'] = [{ id: 'site', key: 'key-of-the-site', scopes: ['events:write'] }];

const databases: TestDatabase[] = [];

async function started(database: Promise<TestDatabase>): Promise<string> {
  const { url, stop } = await database;
  databases.push({ url, stop });
  return url;
}

afterEach(async () => {
  await closeApps();
  for (const database of databases.splice(0)) await database.stop();
});

/** Boots a host and resolves to the lines of the module's logger, each with its level. */
async function boot(
  {
    options,
    storage,
    imports = [],
  }: { options?: Partial<EventLogOptions>; storage?: EventStorage; imports?: never[] | object[] },
  createOptions?: CreateAppOptions,
): Promise<string[]> {
  const lines: string[] = [];
  const note = (level: string) => (line: string, context?: string) => {
    if (context === 'EventLogModule') lines.push(`${level}: ${line}`);
  };
  const logger: LoggerService = { log: note('log'), warn: note('warn'), error: note('error') };
  await createApp(
    'express',
    { imports: [...(imports as []), EventLogModule.forRoot({ apiKeys, ...options, storage })] },
    { logger, ...createOptions },
  );
  return lines;
}

const bootOn = (url: string, dataSource: object = {}, options: Partial<EventLogOptions> = {}) =>
  boot({
    options,
    storage: typeOrmStorage(),
    imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(url, { autoLoadEntities: true, ...dataSource }), retryAttempts: 0 })],
  });

const strict = { durability: 'strict' } as const;

describe('A 200 on PostgreSQL', () => {
  it('a 200 on PostgreSQL is said to survive a power cut, once, and strict boots', async () => {
    const url = await started(startPostgres());
    const line = 'log: A 200 survives a power cut: PostgreSQL with synchronous_commit=on, fsync=on, full_page_writes=on.';
    expect(await bootOn(url)).toEqual([line]);
    expect(await bootOn(url, {}, strict)).toEqual([line]);
  });

  it.each(['local', 'remote_write', 'remote_apply'])(
    'a 200 survives a power cut with synchronous_commit=%s too',
    async (value) => {
      const url = await started(startPostgres());
      const extra = { options: `-c synchronous_commit=${value}` };
      expect(await bootOn(url, { extra }, strict)).toEqual([
        expect.stringContaining(`power cut: PostgreSQL with synchronous_commit=${value}`),
      ]);
    },
  );

  it.each([
    ['the connections of the pool', { extra: { options: '-c synchronous_commit=off' } }, undefined],
    ['the database', {}, (name: string) => `ALTER DATABASE ${name} SET synchronous_commit = off`],
  ])(
    'a 200 survives only a process crash where synchronous_commit=off is set for %s, and strict refuses',
    async (_where, dataSource, sql) => {
      const url = await started(startPostgres());
      if (sql) {
        const source = await new DataSource(dataSourceOptions(url)).initialize();
        await source.query(sql(new URL(url).pathname.slice(1)));
        await source.destroy();
      }
      const line =
        'A 200 survives only a process crash: PostgreSQL with synchronous_commit=off, fsync=on, full_page_writes=on; set synchronous_commit=on.';
      expect(await bootOn(url, dataSource)).toEqual([`warn: ${line}`]);
      await expect(bootOn(url, dataSource, strict)).rejects.toThrow(`\`durability: 'strict'\`, but: ${line}`);
    },
  );

  it('a 200 survives only a database crash with fsync=off and full_page_writes=off', async () => {
    const server = await PostgresServer.create({ fsync: 'off', full_page_writes: 'off' });
    const url = await started(Promise.resolve({ url: server.url, stop: () => server.remove() }));
    expect(await bootOn(url)).toEqual([
      'warn: A 200 survives only a database crash: PostgreSQL with synchronous_commit=on, fsync=off, full_page_writes=off; set fsync=on and full_page_writes=on.',
    ]);
  });
});

describe('A 200 on SQLite', () => {
  it('a 200 on SQLite is said to survive a power cut, once, and strict boots', async () => {
    const url = await started(startSqlite());
    const line = 'log: A 200 survives a power cut: SQLite with journal_mode=wal, synchronous=FULL.';
    expect(await bootOn(url)).toEqual([line]);
    expect(await bootOn(url, {}, strict)).toEqual([line]);
  });

  it.each(['sqlite::memory:', 'sqlite:'])('a 200 survives nothing in memory (%s), and strict refuses', async (url) => {
    const line = 'A 200 survives nothing: SQLite in memory is lost on restart; set `database` to a file.';
    expect(await bootOn(url)).toEqual([`warn: ${line}`]);
    await expect(bootOn(url, {}, strict)).rejects.toThrow(line);
  });

  it.each([
    ['synchronous = NORMAL', 'process crash', 'SQLite with journal_mode=wal, synchronous=NORMAL; set synchronous=FULL'],
    ['journal_mode = DELETE', 'process crash', 'SQLite with journal_mode=delete, synchronous=FULL; set journal_mode=WAL'],
    ['journal_mode = MEMORY', 'nothing', 'SQLite with journal_mode=memory, synchronous=FULL; set journal_mode=WAL'],
  ])(
    'the durability of SQLite is stated by what is in force: after PRAGMA %s, a 200 survives a %s',
    async (pragma, survives, because) => {
      const source = await new DataSource(dataSourceOptions(await started(startSqlite()))).initialize();
      const repository = new TypeOrmEventRepository(source);
      await repository.onModuleInit();
      await source.query(`PRAGMA ${pragma}`);
      expect(await repository.durability()).toEqual({ survives, because });
      await source.destroy();
    },
  );
});

describeEngines(
  'A 200',
  (engine) => {
    it('a 200 is said to survive a power cut with the default settings, and strict boots', async () => {
      const url = await started(engine.start());
      expect(await bootOn(url, {}, strict)).toEqual([
        expect.stringMatching(
          /^log: A 200 survives a power cut: (?:MySQL|MariaDB) with innodb_flush_log_at_trx_commit=1, innodb_doublewrite=/,
        ),
      ]);
    });
  },
  ['MySQL or MariaDB'],
);

(canStartMariadbServer ? describe : describe.skip)(
  `A 200 on a MariaDB of its own${canStartMariadbServer ? '' : ' (skipped: mariadbd is not installed)'}`,
  () => {
    it.each([
      [
        { 'innodb-flush-log-at-trx-commit': '2' },
        'A 200 survives only a database crash: MariaDB with innodb_flush_log_at_trx_commit=2, innodb_doublewrite=ON; set innodb_flush_log_at_trx_commit=1.',
      ],
      [
        { 'innodb-flush-log-at-trx-commit': '0', 'innodb-doublewrite': '0' },
        'A 200 survives only a process crash: MariaDB with innodb_flush_log_at_trx_commit=0, innodb_doublewrite=OFF; set innodb_flush_log_at_trx_commit=1 and innodb_doublewrite=ON.',
      ],
      [
        { 'log-bin': 'binlog', 'server-id': '1', 'sync-binlog': '0' },
        'A 200 survives only a database crash: MariaDB with innodb_flush_log_at_trx_commit=1, innodb_doublewrite=ON, sync_binlog=0; set sync_binlog=1.',
      ],
    ])('the durability of MariaDB is stated with %j, and strict refuses', async (settings, line) => {
      const url = await started(startMariadbServer(settings));
      expect(await bootOn(url)).toEqual([`warn: ${line}`]);
      await expect(bootOn(url, {}, strict)).rejects.toThrow(line);
    });
  },
);

describe('A 200 on a repository of the host', () => {
  class SilentRepository extends EventRepository {
    insert = () => Promise.resolve([]);
  }

  class StatingRepository extends SilentRepository {
    private isOpen = false;

    async onModuleInit() {
      this.isOpen = true;
    }

    override durability(): Promise<Durability> {
      return Promise.resolve({ survives: this.isOpen ? 'power cut' : 'nothing', because: 'it says so' });
    }
  }

  it('a 200 survives what the repository states, asked after its onModuleInit(), also where a factory makes it', async () => {
    const line = 'log: A 200 survives a power cut: it says so.';
    expect(await boot({ options: strict, storage: { repository: StatingRepository } })).toEqual([line]);
    const storage = { repository: { useFactory: () => new StatingRepository() } };
    expect(await boot({ options: strict, storage })).toEqual([line]);
  });

  it('a repository that states nothing is refused by strict', async () => {
    await expect(boot({ options: strict, storage: { repository: SilentRepository } })).rejects.toThrow(
      'It is unknown what a 200 survives: SilentRepository has no durability() that states it.',
    );
  });

  it('events kept in memory are refused by strict', async () => {
    await expect(boot({ options: strict })).rejects.toThrow(/survives nothing: events are kept in memory.*set `storage`/);
  });

  it('a 200 survives what the repository states that a test puts in its place', async () => {
    const overriding = (repository: EventRepository | { insert: unknown }) =>
      boot({}, { override: (builder) => builder.overrideProvider(EventRepository).useValue(repository) });
    expect(await overriding(new StatingRepository())).toEqual([expect.stringMatching(/^log: .* power cut: it says so/)]);
    expect(await overriding(new InMemoryEventRepository())).toEqual([
      expect.stringMatching(/^warn: .* nothing: events are kept in memory/),
    ]);
    expect(await overriding({ insert: () => Promise.resolve([]) })).toEqual([expect.stringMatching(/^warn: It is unknown/)]);
  });
});
