import { Logger, ServiceUnavailableException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { inspect } from 'node:util';
import { DataSource } from 'typeorm';
import { EventLogModule, EventLogService } from 'nestjs-event-log';
import { EventEntity, eventLogMigrations, TypeOrmEventRepository, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { storedEvent } from '../../lib/events/stored-event.js';
import { dataSourceOptions, undoMigrations } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newEvent, newRecord } from '../utils/events.js';
import { dataSourcesOf, open, rejection, TABLE } from './data-sources.js';

Logger.overrideLogger(false);

describeEngines('TypeOrmEventRepository', (engine) => {
  const { shared, another } = dataSourcesOf(engine);

  it('stored events are read back as EventEntity, with their dates', async () => {
    const repository = await open(shared());
    const times = ['2026-07-02T03:04:05.678Z', '1969-12-31T23:59:59.999Z', '2026-03-08T02:30:00.100Z'];
    const events = times.map((createdAt) => newRecord({ createdAt, userProperties: { id: 7, plan: ['é😀'] } }));
    await repository.insert([...events, newRecord({ id: 'no project', projectId: null, properties: null })]);
    const entities = shared().getRepository(EventEntity);
    for (const event of events) {
      const { receivedAt } = event;
      expect({ ...(await entities.findOneByOrFail({ id: event.id })) }).toEqual({
        conversationId: null,
        searchQuery: null,
        fields: null,
        ...storedEvent(event),
        projectKey: '=p',
        createdAt: new Date(event.createdAt),
        receivedAt: new Date(receivedAt),
      });
    }
    expect(await entities.findOneBy({ id: 'no project' })).toMatchObject({ projectKey: '', projectId: null, properties: null });
  });

  it('stored events are found by a date through EventEntity', async () => {
    const event = newRecord({ createdAt: '2020-02-03T04:05:06.789Z' });
    await (await open(shared())).insert([event]);
    const found = await shared()
      .getRepository(EventEntity)
      .findBy({ createdAt: new Date(event.createdAt) });
    expect(found.map(({ id }) => id)).toEqual([event.id]);
  });

  it('the table of events stays as it is when the host synchronizes or generates migrations', async () => {
    const event = newRecord();
    await (await open(shared())).insert([event]);
    const { upQueries, downQueries } = await shared().driver.createSchemaBuilder().log();
    expect([...upQueries, ...downQueries].filter(({ query }) => query.includes(TABLE))).toEqual([]);
    await shared().synchronize();
    expect(await shared().getRepository(EventEntity).countBy({ id: event.id })).toBe(1);
    expect(await (await open(shared())).insert([event])).toEqual([{ replayed: true, createdAt: event.createdAt }]);
  });

  it('the table of events has indexes for reading by time, by type and by user, and no other', async () => {
    const sql = {
      SQLite: `SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = '${TABLE}'`,
      PostgreSQL: `SELECT indexname AS name FROM pg_indexes WHERE tablename = '${TABLE}'`,
      'MySQL or MariaDB': `SELECT DISTINCT index_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = '${TABLE}'`,
    };
    const rows: { name: string }[] = await shared().query(sql[engine.name]);
    const names = rows.map(({ name }) => name);
    const ours = names.filter((name) => name.startsWith(`${TABLE}_by_`));
    expect(ours.sort()).toEqual(['created', 'feed', 'project', 'type', 'user'].map((suffix) => `${TABLE}_by_${suffix}`));
  });

  it('the table of events has the entityPrefix of the data source', async () => {
    const prefixed = await another({ entityPrefix: 'my_', migrationsTableName: 'my_migrations' });
    const event = newRecord();
    await (await open(prefixed)).insert([event]);
    expect(await prefixed.query(`SELECT id FROM my_${TABLE}`)).toEqual([{ id: event.id }]);
    expect(await prefixed.getRepository(EventEntity).count()).toBe(1);
    expect(await shared().getRepository(EventEntity).countBy({ id: event.id })).toBe(0);
  });

  it('the migration takes the table of events away when it is reverted, and makes it again', async () => {
    const own = await another({ entityPrefix: 'reverted_', migrationsTableName: 'reverted_migrations' });
    const repository = await open(own);
    await repository.insert([newRecord()]);
    await undoMigrations(own);
    expect(await (await own.createQueryRunner()).hasTable(`reverted_${TABLE}`)).toBe(false);
    await own.runMigrations();
    const event = newRecord();
    expect(await repository.insert([event])).toEqual([{ replayed: false }]);
  });

  it('a missing table of events is answered at boot with the name of eventLogMigrations', async () => {
    const empty = await another({ entityPrefix: 'missing_', migrationsRun: false });
    expect((await rejection(open(empty))).message).toContain('`eventLogMigrations`');
  });

  it('an insert that fails for a bug fails with an error that tells neither SQL nor data', async () => {
    const own = await another({ entityPrefix: 'dropped_', migrationsTableName: 'dropped_migrations' });
    const repository = await open(own);
    await own.query(`ALTER TABLE dropped_${TABLE} RENAME COLUMN type TO kind`);
    const event = newRecord();
    const error = await rejection(repository.insert([event]));
    expect(error).not.toBeInstanceOf(ServiceUnavailableException);
    expect(error.message).toMatch(/^The database refused to store events: \w+$/);
    expect(inspect(error, { depth: 9 })).not.toMatch(new RegExp(`SECRET|INSERT|${event.id}`));
  });

  it('an event refused while the data source was closed is stored once it is open again', async () => {
    const own = await another();
    const repository = await open(own);
    const [before, event] = [newRecord(), newRecord()];
    await repository.insert([before]);
    await own.destroy();
    expect(await rejection(repository.insert([event]))).toBeInstanceOf(ServiceUnavailableException);
    await own.initialize();
    expect(await repository.insert([before, event])).toEqual([
      { replayed: true, createdAt: before.createdAt },
      { replayed: false },
    ]);
  });

  it('events of an application are stored in a named data source', async () => {
    const options = dataSourceOptions(engine.url, { name: 'events', entities: [], autoLoadEntities: true });
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
      const { event } = await app.get(EventLogService).log(newEvent());
      const entities = app.get<DataSource>(getDataSourceToken('events')).getRepository(EventEntity);
      expect(await entities.findOneBy({ id: event.id })).toMatchObject({ searchQuery: 'q', messageId: null });
    } finally {
      await app.close();
    }
  });
});

describe('TypeOrmEventRepository', () => {
  it('a data source that events can not be stored in is refused with the name of its type', () => {
    const dataSource = { options: { type: 'mongodb' } } as DataSource;
    expect(() => new TypeOrmEventRepository(dataSource)).toThrow('not in mongodb');
  });

  it('eventLogMigrations have names that TypeORM takes', () => {
    expect(eventLogMigrations.map((migration) => new migration().name)).toEqual([
      'CreateEventLogEvents1767225600000',
      'CreateEventLogApiKeys1767312000000',
      'AddEventLogContentDigest1767398400000',
      'AddEventLogFields1767484800000',
      'AddEventLogKeyEntityTypes1767571200000',
      'AddEventLogUserKey1767657600000',
      'AddEventLogReadingIndexes1767744000000',
      'AddEventLogFeed1767830400000',
      'CreateEventLogErasures1768089600000',
    ]);
  });
});
