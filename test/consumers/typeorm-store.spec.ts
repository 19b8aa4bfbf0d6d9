import { setTimeout as delay } from 'node:timers/promises';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import {
  eventLogConsumerMigrations,
  eventLogMigrations,
  TypeOrmConsumerStore,
  TypeOrmEventFeed,
  typeOrmStorage,
} from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { dataSourcesOf, rejection } from '../storage/data-sources.js';
import { closeApps } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { until } from '../utils/until.js';
import { consumerClass, idsOf, startConsumers } from './host.js';

const parked = { consumer: 'c', position: '1', after: '0', id: 'e', projectId: null, attempts: 1, error: 'secret of an event' };

afterEach(closeApps);

describeEngines('TypeOrmConsumerStore', (engine) => {
  const { another } = dataSourcesOf(engine, { migrations: eventLogConsumerMigrations });
  const read = (source: DataSource, table: string) => source.query(`SELECT position FROM ${table}`);

  it('has tables with the entityPrefix of the data source, and undoing the migration removes them', async () => {
    const migrations = eventLogConsumerMigrations.slice(0, 1);
    const source = await another({ entityPrefix: 'prefixed_', migrationsTableName: 'prefixed_migrations', migrations });
    const store = new TypeOrmConsumerStore(source);
    await store.onModuleInit();
    await store.create('c', '0');
    const tables = ['prefixed_event_log_consumers', 'prefixed_event_log_parked_events'];
    for (const table of tables) await read(source, table);
    await source.undoLastMigration();
    for (const table of tables) await expect(read(source, table)).rejects.toThrow();
  });

  it('is migrated on from the middle', async () => {
    const source = await another({ entityPrefix: 'again_', migrationsTableName: 'again_migrations' });
    await source.query('DELETE FROM again_migrations');
    await source.query('DROP TABLE again_event_log_parked_events');
    await source.runMigrations();
    await new TypeOrmConsumerStore(source).onModuleInit();
  });

  it('names the migrations where a table is missing, and makes none for hosts without consumers', async () => {
    const source = await another({
      entityPrefix: 'none_',
      migrationsTableName: 'none_migrations',
      migrations: eventLogMigrations,
    });
    const error = await rejection(new TypeOrmConsumerStore(source).onModuleInit());
    expect(error.message).toMatch(
      /^There is no table for positions of consumers \(`none_event_log_consumers`\): add `eventLogConsumerMigrations` to the `migrations`/,
    );
  });

  it('fails with a 503 that quotes nothing where the database can not be reached', async () => {
    const source = await another({ entityPrefix: 'away_', migrationsTableName: 'away_migrations' });
    const store = new TypeOrmConsumerStore(source);
    await store.create('c', '0');
    const lease = (await store.acquire((await store.find())[0], 'h'))!;
    await source.destroy();
    const error = await rejection(store.park(lease, { ...parked, parkedAt: new Date().toISOString() }));
    expect(error).toMatchObject({ status: 503, message: 'The database is not available' });
    expect(JSON.stringify([error, String(error.cause)])).not.toContain('secret');
  });

  it('tells the log of queries of the host no value', async () => {
    const queries: unknown[] = [];
    const logger = new Proxy(
      {},
      {
        get:
          (_, method) =>
          (...all: unknown[]) =>
            void (method === 'logQuery' && queries.push(all.slice(0, 2))),
      },
    );
    const store = new TypeOrmConsumerStore(await another({ logger, migrationsRun: false }));
    await store.create('c', '0');
    const lease = (await store.acquire((await store.find(['c']))[0], 'h'))!;
    expect(await store.park(lease, { ...parked, parkedAt: new Date().toISOString() })).toBe(true);
    const texts = JSON.stringify(queries);
    expect(texts).toContain('INSERT INTO');
    expect(texts).not.toContain('secret');
  });

  it('reads times alike in whatever time zone', async () => {
    const zone = {
      PostgreSQL: { extra: { options: '-c TimeZone=Asia/Kolkata' } },
      SQLite: {},
      'MySQL or MariaDB': { timezone: '+05:30' },
    };
    const here = new TypeOrmConsumerStore(await another());
    const there = new TypeOrmConsumerStore(await another({ ...zone[engine.name], migrationsRun: false }));
    await here.create('zoned', '0');
    const lease = (await there.acquire((await there.find(['zoned']))[0], 'h'))!;
    await here.fail(lease, { attempts: 1, failingSince: '2026-07-01T02:03:04.567Z', lastError: 'e' });
    const [state] = await there.find(['zoned']);
    expect(state.failingSince).toBe('2026-07-01T02:03:04.567Z');
    expect(await here.find(['zoned'])).toEqual([state]);
  });

  it('is what typeOrmStorage() keeps positions in, and a host without its tables does not boot', async () => {
    const handled: string[] = [];
    const Consumer = consumerClass('kept', (events) => handled.push(...idsOf(events)));
    const own = { entityPrefix: 'host_', migrationsTableName: 'host_migrations' };
    const boot = (migrations: unknown) => {
      const options = { ...dataSourceOptions(engine.url, { ...own, migrations }), retryAttempts: 0 } as TypeOrmModuleOptions;
      return startConsumers([Consumer], { storage: typeOrmStorage(), imports: [TypeOrmModule.forRoot(options)] });
    };
    await expect(boot(eventLogMigrations)).rejects.toThrow(
      /`eventLogConsumerMigrations`.*`migrationsRun: true`, or run .* migrate up --with consumers`\.$/,
    );
    const { app, log } = await boot([...eventLogMigrations, ...eventLogConsumerMigrations]);
    await log('1', '2');
    await until('both events are handled', () => handled.length === 2);
    expect(handled).toEqual(['1', '2']);
    const store = new TypeOrmConsumerStore(app.get(DataSource));
    const feed = new TypeOrmEventFeed(app.get(DataSource));
    await until('its position is the last', async () => (await feed.count((await store.find(['kept']))[0].position, 10)) === 0);
  });
});

describeEngines(
  'TypeOrmConsumerStore while the host has a transaction open',
  (engine) => {
    const { another } = dataSourcesOf(engine, { migrations: eventLogConsumerMigrations });

    it('waits for its end, as its rollback would let two holders have the same term', async () => {
      const source = await another();
      const store = new TypeOrmConsumerStore(source);
      await store.create('c', '0');
      const [seen] = await store.find(['c']);
      await source.query('BEGIN');
      let given = false;
      const acquiring = store.acquire(seen, 'first').finally(() => (given = true));
      await delay(100);
      expect(given).toBe(false);
      await source.query('ROLLBACK');
      expect(await acquiring).toEqual({ name: 'c', term: seen.term + 1 });
      expect(await store.acquire(seen, 'second')).toBeUndefined();
    });
  },
  ['SQLite'],
);
