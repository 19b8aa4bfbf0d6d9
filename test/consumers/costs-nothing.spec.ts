import type { ModuleMetadata } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule } from 'nestjs-event-log';
import { ConsumerService, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { eventLogConsumerMigrations, eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { CountedStatements } from '../utils/counted-statements.js';
import { closeApps, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { until } from '../utils/until.js';
import { consumerClass } from './host.js';

const IDLE_SECONDS = 6;

/** Asks for the feed and for the leases every two seconds, or for leases alone every second; one more at an end of the time. */
const MOST = IDLE_SECONDS + 1;

const WITH_CONSUMERS = [...eventLogMigrations, ...eventLogConsumerMigrations];
const THREE = ['a', 'b', 'c'].map((name) => consumerClass(name, () => undefined));

describeEngines('A host with a database', (engine) => {
  async function start(prefix: string, migrations: typeof eventLogMigrations, { imports = [], providers }: ModuleMetadata) {
    const statements = new CountedStatements();
    const tables = { entityPrefix: prefix, migrationsTableName: `${prefix}migrations`, migrations };
    const source = dataSourceOptions(engine.url, { ...statements.optionsFor(engine.url), ...tables });
    const { app } = await createApp('express', {
      imports: [
        TypeOrmModule.forRoot({ ...source, retryAttempts: 0 } as TypeOrmModuleOptions),
        EventLogModule.forRoot({ apiKeys: [{ id: 'api', key: 'key-of-the-host', kind: 'api' }], storage: typeOrmStorage() }),
        ...imports,
      ],
      providers,
    });
    const dataSource = app.get<DataSource>(getDataSourceToken(), { strict: false });
    return { app, statements, boot: statements.all.length, dataSource };
  }

  let [without, empty, idle, waiting] = [] as Awaited<ReturnType<typeof start>>[];

  beforeAll(async () => {
    without = await start('without_', eventLogMigrations, {});
    empty = await start('empty_', WITH_CONSUMERS, { imports: [EventLogConsumersModule.forRoot()] });
    idle = await start('idle_', WITH_CONSUMERS, { imports: [EventLogConsumersModule.forRoot()], providers: THREE });
    const consumers = idle.app.get(ConsumerService, { strict: false });
    await until('all leases are held', async () => (await consumers.list()).every(({ holder }) => holder !== null));
    waiting = await start('idle_', WITH_CONSUMERS, { imports: [EventLogConsumersModule.forRoot()], providers: THREE });
    await delay(2_000); // until the feed is known to be still
    for (const { statements } of [without, empty, idle, waiting]) statements.all.length = 0;
    await delay(IDLE_SECONDS * 1_000);
  });
  afterAll(closeApps);

  it('and without the module of consumers asks nothing of it while idle, and has no table of them', async () => {
    expect(without.boot).toBeGreaterThan(0);
    expect(without.statements.all).toEqual([]);
    await expect(without.dataSource.query('SELECT 1 FROM without_event_log_consumers')).rejects.toThrow();
  });

  it('and with the module but no consumer asks nothing of it while idle', () => {
    expect(empty.boot).toBeGreaterThan(0);
    expect(empty.statements.all).toEqual([]);
  });

  it.each([
    ['holds three idle consumers', () => idle],
    ['waits for what another one holds', () => waiting],
  ])('asks at most once a second where it %s', (_what, host) => {
    const { all } = host().statements;
    expect(all.length).toBeGreaterThanOrEqual(IDLE_SECONDS / 2); // it is alive
    if (all.length > MOST) expect(all).toEqual('fewer');
  });
});
