import { EventRepository, InMemoryEventEraser } from 'nestjs-event-log';
import { closeApps } from '../utils/create-app.js';
import { until } from '../utils/until.js';
import { startCopyHost } from './copy-host.js';
import { describeClickHouse, dropDatabase, newDatabase, openClickHouse } from './engine.js';

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

  it.each(['express', 'fastify'] as const)(
    'answers what was stored, and how old the answer is, on %s',
    async (adapter) => {
      const before = Date.now();
      const { ask, client, copied, log } = await startCopyHost({ adapter, database });
      await log('a', 'b', 'c');
      await copied();
      const listing = await client.get('/query/events');
      expect(listing.json()).toMatchObject({ data: [{ id: 'c' }, { id: 'b' }, { id: 'a' }], nextCursor: null });
      const answer = (await ask('/query/events', COUNT)).json<{ data: { result: unknown; asOf: string } }>();
      expect(answer.data.result).toEqual([{ count: 3 }]);
      expect(Date.parse(answer.data.asOf)).toBeGreaterThanOrEqual(before);
    },
    60_000,
  );

  it('goes on with what was stored while no instance copied, and tells how far it is', async () => {
    const { copy, copied, log, app } = await startCopyHost({ database });
    await log('a', 'b');
    await copied();
    expect(await copy.report()).toMatchObject({ lagEvents: 0, parkedEvents: 0, lastError: null });
    const today = new Date().toISOString().slice(0, 10);
    expect(await copy.compare()).toEqual([{ day: today, stored: 2, copied: 2 }]);
    await app.close();
  }, 60_000);

  it('answers 503 while nothing is copied, and from the log where it is told to', async () => {
    const only = await startCopyHost({ database, clickHouse: { copy: false } });
    await only.log('a');
    expect((await only.client.get('/query/events')).status).toBe(503);
    const falling = await startCopyHost({ database, clickHouse: { copy: false }, reader: { fallback: 'storage' } });
    await falling.log('a');
    const answer = await falling.client.get('/query/events');
    expect(answer.json()).toEqual({ data: [expect.objectContaining({ id: 'a' })], nextCursor: null });
  }, 60_000);

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
  }, 60_000);

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
  }, 60_000);
});
