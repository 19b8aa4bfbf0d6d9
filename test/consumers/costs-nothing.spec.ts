import type { ModuleMetadata } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { eventLogConsumerMigrations, eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { CountedStatements } from '../utils/counted-statements.js';
import { closeApps, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines, type EngineName } from '../utils/describe-engines.js';
import { consumerClass } from './host.js';

const IDLE_SECONDS = 6;

/**
 * The feed and the leases are asked for every two seconds, each by one statement where it can be: MySQL and MariaDB can't give back
 * what an update has changed; SQLite, where a statement costs microseconds and no way to a server, is asked three times for the feed.
 */
const MOST_PER_SECOND: Record<EngineName, number> = { PostgreSQL: 1, 'MySQL or MariaDB': 1.5, SQLite: 2 };

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
    return { statements, boot: statements.all.length, dataSource: app.get<DataSource>(getDataSourceToken(), { strict: false }) };
  }

  let [without, empty, idle] = [] as Awaited<ReturnType<typeof start>>[];

  beforeAll(async () => {
    without = await start('without_', eventLogMigrations, {});
    empty = await start('empty_', WITH_CONSUMERS, { imports: [EventLogConsumersModule.forRoot()] });
    idle = await start('idle_', WITH_CONSUMERS, { imports: [EventLogConsumersModule.forRoot()], providers: THREE });
    await delay(3_000); // until leases are held, and the feed is known to be still
    for (const { statements } of [without, empty, idle]) statements.all.length = 0;
    await delay(IDLE_SECONDS * 1_000);
  }, 60_000);
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

  it(`and with three idle consumers asks at most ${MOST_PER_SECOND[engine.name]} times a second`, () => {
    const { all } = idle.statements;
    expect(all.length).toBeGreaterThanOrEqual(IDLE_SECONDS / 2); // it is alive
    if (all.length > MOST_PER_SECOND[engine.name] * IDLE_SECONDS) expect(all).toEqual('fewer');
  });
});
