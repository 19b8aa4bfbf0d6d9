import { setTimeout as delay } from 'node:timers/promises';
import { EventRepository, InMemoryEventEraser, InMemoryEventReader } from 'nestjs-event-log';
import { ClickHouseSettings } from '../../lib/clickhouse/clickhouse-settings.js';
import { closeApps } from '../utils/create-app.js';
import { until } from '../utils/until.js';
import { startCopyHost } from './copy-host.js';
import { describeClickHouse, dropDatabase, newDatabase, openClickHouse, openClient, openTables } from './engine.js';

const COUNT = { select: [{ type: 'aggregation', aggregation: 'count' }] };

describeClickHouse('A host that reads from a copy in ClickHouse', () => {
  let database: string;

  beforeEach(() => {
    database = newDatabase();
  });

  afterEach(async () => {
    await closeApps();
    await dropDatabase(await openClickHouse({ database }));
  });

  it.each(['express', 'fastify'] as const)('answers what was stored, and how old the answer is, on %s', async (adapter) => {
    const before = Date.now();
    const { ask, client, copied, log } = await startCopyHost({ adapter, database });
    await log('a', 'b', 'c');
    await copied();
    const listing = await client.get('/query/events');
    expect(listing.json()).toMatchObject({ data: [{ id: 'c' }, { id: 'b' }, { id: 'a' }], nextCursor: null });
    const answer = (await ask('/query/events', COUNT)).json<{ data: { result: unknown; asOf: string } }>();
    expect(answer.data.result).toEqual([{ count: 3 }]);
    expect(Date.parse(answer.data.asOf)).toBeGreaterThanOrEqual(before);
  });

  it('goes on with what was stored while no instance copied, and tells how far it is', async () => {
    const { copy, copied, log, app } = await startCopyHost({ database });
    await log('a', 'b');
    await copied();
    expect(await copy.report()).toMatchObject({ lagEvents: 0, parkedEvents: 0, lastError: null });
    const today = new Date().toISOString().slice(0, 10);
    expect(await copy.compare()).toEqual([{ day: today, stored: 2, copied: 2 }]);
    await app.close();
  });

  it('counts the days of events that are further from each other than a query may have days', async () => {
    const { copy, copied, events } = await startCopyHost({ database });
    const days = ['0001-01-01', '1969-12-31', '2026-01-02', '2026-01-02', '2050-08-23', '2050-08-24', '9999-12-31'];
    for (const [index, day] of days.entries()) {
      const createdAt = `${day}T${index % 2 === 0 ? '00:00:00.000' : '23:59:59.999'}Z`;
      await events.log({ entityType: 'message', type: 't', messageId: 'm', createdAt });
    }
    await copied();
    const counts = [...new Set(days)].map((day) => ({ day, n: days.filter((one) => one === day).length }));
    expect(await copy.compare()).toEqual(counts.map(({ day, n }) => ({ day, stored: n, copied: n })));
  });

  it('answers 503 while nothing is copied, and from the log where it is told to', async () => {
    const only = await startCopyHost({ database, clickHouse: { copy: false } });
    await only.log('a');
    expect((await only.client.get('/query/events')).status).toBe(503);
    const falling = await startCopyHost({ database, clickHouse: { copy: false }, reader: { fallback: 'storage' } });
    await falling.log('a');
    const answer = await falling.client.get('/query/events');
    expect(answer.json()).toEqual({ data: [expect.objectContaining({ id: 'a' })], nextCursor: null });
  });

  it('no longer has what is erased from the log, or changed there', async () => {
    const { app, clickHouse, client, copied, log } = await startCopyHost({ database });
    await log('a', 'b', 'c');
    await copied();
    const eraser = new InMemoryEventEraser(app.get(EventRepository, { strict: false }));
    await eraser.erase([{ id: 'a', projectId: null }], 'a request');
    await log('d');
    await copied();
    const listing = await client.get('/query/events');
    expect(listing.json<{ data: { id: string }[] }>().data.map(({ id }) => id)).toEqual(['d', 'c', 'b']);
    const parts = `SELECT count() AS n FROM ${clickHouse.schema.eventParts} WHERE id = 'a' SETTINGS apply_deleted_mask = 0`;
    expect(await clickHouse.read({ sql: parts, values: [] })).toEqual([{ n: 0 }]);
  });

  it('no longer has what is erased by the thousand', async () => {
    const { app, clickHouse, client, copied, events } = await startCopyHost({ database });
    const ids = Array.from({ length: 5_000 }, (_one, index) => `event ${index}`);
    await Promise.all(ids.map((id) => events.log({ id, entityType: 'message', type: 't', messageId: 'm' })));
    await copied();
    const eraser = new InMemoryEventEraser(app.get(EventRepository, { strict: false }));
    await eraser.erase(
      ids.slice(1).map((id) => ({ id, projectId: null })),
      'a request',
    );
    await copied();
    const { data } = (await client.get('/query/events')).json<{ data: { id: string }[] }>();
    expect(data.map(({ id }) => id)).toEqual(['event 0']);
    const parts = `SELECT count() AS n FROM ${clickHouse.schema.eventParts} SETTINGS apply_deleted_mask = 0`;
    expect(await clickHouse.read({ sql: parts, values: [] })).toEqual([{ n: 1 }]);
  });

  it('has an event that is anonymized in the log as it is there, once, and nothing of what it was', async () => {
    const { app, clickHouse, client, copied, events } = await startCopyHost({ database });
    const userProperties = { userId: 'Ada Lovelace' };
    await events.log({ id: 'a', entityType: 'message', type: 't', messageId: 'm', userProperties });
    await copied();
    const repository = app.get(EventRepository, { strict: false });
    const [stored] = await new InMemoryEventReader(repository).find('a', {}, { timeoutMs: 1_000 });
    await new InMemoryEventEraser(repository).anonymize([{ ...stored, userProperties: null }], 'a request');
    await copied();
    const { data } = (await client.get('/query/events')).json<{ data: object[] }>();
    expect(data).toEqual([expect.objectContaining({ type: 't', messageId: 'm', userProperties: null })]);
    const rows = await clickHouse.read({ sql: `SELECT * FROM ${clickHouse.schema.eventParts}`, values: [] });
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('Ada');
  });

  it('loses nothing while its tables get columns and rules from another instance', async () => {
    const { clickHouse, copied, events } = await startCopyHost({ database });
    await copied();
    const migrating = new AbortController();
    let written = 0;
    const writer = (async () => {
      for (; !migrating.signal.aborted; written++) {
        const properties = { n: written };
        await events.log({ id: `${written}`, entityType: 'message', type: 't', messageId: 'm', properties });
        await delay(2);
      }
    })();
    for (const [path, keepFor] of Object.entries({ 'properties.n': '90d', 'properties.m': '80d', 'userProperties.plan': '1y' })) {
      await delay(500);
      const other = await openTables({ database, materialize: [path], rules: [{ keepFor }] });
      await other.onApplicationShutdown();
    }
    migrating.abort();
    await writer;
    await copied();
    const [{ column }] = new ClickHouseSettings({ client: openClient, materialize: ['properties.n'] }).materialize;
    const sql = `SELECT count() AS rows, uniqExact(id) AS ids, countIf(${column} = id) AS n FROM ${clickHouse.schema.events}`;
    expect(await clickHouse.read({ sql, values: [] })).toEqual([{ rows: written, ids: written, n: written }]);
  });

  it('sets an event aside that ClickHouse refuses, and copies the others', async () => {
    const { copy, copied, log, clickHouse } = await startCopyHost({ database });
    await copied();
    const { eventParts, events } = clickHouse.schema;
    await clickHouse.change(`ALTER TABLE ${eventParts} ADD CONSTRAINT none_of_them CHECK id <> 'bad'`);
    await log('a', 'b', 'bad', 'c', 'd');
    await until('the others are copied', async () => {
      const [{ n }] = await clickHouse.read({ sql: `SELECT count() AS n FROM ${events}`, values: [] });
      return n === 4;
    });
    await until('the bad one is set aside', async () => (await copy.report()).parkedEvents === 1);
    expect(await copy.report()).toMatchObject({ lagEvents: 0, parkedEvents: 1 });
  });
});
