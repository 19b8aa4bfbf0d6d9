import { EventRepository, InMemoryEventFeed, InMemoryEventRepository } from 'nestjs-event-log';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { applyRecords } from '../../lib/clickhouse/copying/copied-records.js';
import { readAgain } from '../../lib/clickhouse/copying/feed-batch.js';
import { newRecord } from '../utils/events.js';
import { describeClickHouse, dropDatabase, openTables } from './engine.js';

const DAY = 86_400_000;

describeClickHouse('A batch that is sent again', () => {
  const { signal } = new AbortController();
  let clickHouse: ClickHouse;

  beforeEach(async () => {
    clickHouse = await openTables();
  });

  afterEach(() => dropDatabase(clickHouse));

  async function records(count: number) {
    const repository: EventRepository = new InMemoryEventRepository();
    const receivedAt = (index: number) => new Date(Date.now() - (index % 3) * DAY).toISOString();
    await repository.insert(Array.from({ length: count }, (_one, index) => newRecord({ receivedAt: receivedAt(index) })));
    const feed = new InMemoryEventFeed(repository);
    return { feed, page: await feed.read(await feed.start('beginning'), count) };
  }

  async function counts() {
    const sql = `SELECT count() AS rows, uniqExact(id) AS ids FROM ${clickHouse.schema.events}`;
    return (await clickHouse.read({ sql, values: [] }))[0];
  }

  it('is there once, also where it is of several days', async () => {
    const { page } = await records(150);
    for (let time = 0; time < 3; time++) await applyRecords(clickHouse, page.records, 'one token', signal);
    expect(await counts()).toEqual({ rows: 150, ids: 150 });
  });

  it('is there twice where its bounds are others, which is why they are written down first', async () => {
    const { page } = await records(20);
    await applyRecords(clickHouse, page.records, 'one token', signal);
    await applyRecords(clickHouse, page.records.slice(0, 10), 'another token', signal);
    expect(await counts()).toEqual({ rows: 30, ids: 20 });
  });

  it('is read again up to where it ended, and no further', async () => {
    const { feed, page } = await records(2_500);
    const { position: until } = page.records[1_499];
    const after = await feed.start('beginning');
    const batch = { number: 1, term: 1, after, until, events: 1_500, asOf: 0, writtenAt: 0 };
    expect(await readAgain(feed, batch)).toEqual(page.records.slice(0, 1_500));
    // As if some of it were erased since then.
    expect(await readAgain(feed, { ...batch, events: 2_000 })).toEqual(page.records.slice(0, 1_500));
  });
});
