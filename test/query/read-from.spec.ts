import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { EventEntity, typeOrmStorage } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { ADAPTERS, type Adapter, closeApps } from '../utils/create-app.js';
import { dataSourceOptions, type TestDatabase } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newEvent } from '../utils/events.js';
import { type ReadingHost, startReadingHost } from './http-host.js';

describeEngines('typeOrmStorage({ readFrom })', (engine) => {
  let replica: TestDatabase;

  beforeEach(async () => (replica = await engine.start()));
  afterEach(async () => {
    await closeApps();
    await replica.stop();
  });

  const source = (url: string, more: object = {}) =>
    TypeOrmModule.forRoot({ ...dataSourceOptions(url, more), retryAttempts: 0 } as TypeOrmModuleOptions);
  const start = (adapter: Adapter, more: object = {}) =>
    startReadingHost(adapter, {
      imports: [source(engine.url), source(replica.url, { name: 'replica', ...more })],
      log: { storage: typeOrmStorage({ readFrom: 'replica' }) },
    });
  const eventsOf = ({ app }: ReadingHost, name?: string) =>
    app.get<DataSource>(getDataSourceToken(name), { strict: false }).getRepository(EventEntity);

  it.each(ADAPTERS)('finds an event on %s once it has been replicated, and not before', async (adapter) => {
    const host = await start(adapter);
    const event = newEvent({ id: `on-${adapter}` });
    const found = async () => {
      const one = await host.client.get(`/query/events/${event.id}`);
      const list = (await host.client.get('/query/events')).json<{ data: { id: string }[] }>();
      const rows = (await host.ask('/query/events')).json<{ data: { total: number } }>();
      return [one.status, list.data.map(({ id }) => id), rows.data.total];
    };
    expect((await host.client.log(event)).status).toBe(200);
    expect(await found()).toEqual([404, [], 0]);
    const stored = await eventsOf(host).findBy({ id: event.id });
    // The type of what `insert()` takes has no end for a field of any JSON.
    await eventsOf(host, 'replica').insert(stored as never);
    expect(await found()).toEqual([200, [event.id], 1]);
  });

  // A boot that fails leaves its connections to the end of the process, which those of a server would hold up.
  if (engine.name !== 'SQLite') return;

  it('refuses to boot where there is no data source of that name', async () => {
    await expect(start('express', { name: 'other' })).rejects.toThrow(
      "typeOrmStorage() found no data source 'replica': import TypeOrmModule.forRoot({ … }) with that name, or name another one as typeOrmStorage({ readFrom }).",
    );
  });

  it('refuses to boot where that data source has no table of events', async () => {
    await expect(start('express', { migrationsRun: false })).rejects.toThrow(
      /^There is no table for events \(`event_log_events`\): add `eventLogMigrations` to the `migrations` of the data source/,
    );
  });
});
