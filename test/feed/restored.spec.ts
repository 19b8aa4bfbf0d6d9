import { TypeOrmEventFeed } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import type { FeedPosition } from 'nestjs-event-log';
import { dataSourcesOf, open, TABLE } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';

/** The ids of what follows, and where it ends. On PostgreSQL, transactions of other databases hold events up. */
async function readAll(
  feed: TypeOrmEventFeed,
  after: FeedPosition,
  count: number,
): Promise<{ ids: string[]; position: FeedPosition }> {
  const ids: string[] = [];
  let position = after;
  const readOn = async () => {
    const page = await feed.read(position, 10);
    ids.push(...page.records.map((record) => (record.kind === 'stored' ? record.event.id : '')));
    position = page.position;
    return page.records.length;
  };
  await until(`${count} events have come`, async () => (await readOn()) === 0 && ids.length >= count);
  return { ids, position };
}

async function storedIds(source: DataSource, count: number): Promise<string[]> {
  const repository = await open(source);
  const events = Array.from({ length: count }, () => newRecord());
  for (const event of events) await repository.insert([event]);
  return events.map(({ id }) => id);
}

describeEngines(
  'Events that come in a dump from a server with more transactions',
  (engine) => {
    const { shared } = dataSourcesOf(engine);

    it('stay in their order with the positions of before, and what is stored then comes after them', async () => {
      const before = await storedIds(shared(), 3);
      await shared().query(`UPDATE ${TABLE} SET feed_transaction = feed_transaction + 1000000000000`);
      const feed = new TypeOrmEventFeed(shared());
      const after = await storedIds(shared(), 3);
      const all = await readAll(feed, await feed.start('beginning'), 6);
      expect(all.ids).toEqual([...before, ...after]);

      const { position } = await feed.read(await feed.start('beginning'), 3);
      expect((await readAll(feed, position, 3)).ids).toEqual(after);
      const last = await storedIds(shared(), 1);
      expect((await readAll(feed, all.position, 1)).ids).toEqual(last);
      expect((await readAll(feed, await feed.start('now'), 0)).ids).toEqual([]);
    });
  },
  ['PostgreSQL'],
);

describeEngines('Events of before the feed', (engine) => {
  const { shared } = dataSourcesOf(engine);

  it('come first, each once, in pages of any size, and a reader goes on from one of them', async () => {
    const old = (await storedIds(shared(), 25)).toSorted();
    if (engine.name === 'PostgreSQL') await shared().query(`UPDATE ${TABLE} SET feed_transaction = NULL, feed_number = NULL`);
    const fresh = await storedIds(shared(), 3);
    const feed = new TypeOrmEventFeed(shared());
    const beginning = await feed.start('beginning');
    const { ids } = await readAll(feed, beginning, 28);
    expect(ids.slice(0, 25).toSorted()).toEqual(old);
    expect(ids.slice(25)).toEqual(fresh);
    const { position } = await feed.read(beginning, 7);
    expect((await readAll(feed, position, 21)).ids).toEqual(ids.slice(7));
    expect([await feed.count(beginning, 100), await feed.count(beginning, 26), await feed.count(position, 10)]).toEqual([
      28, 26, 10,
    ]);
    expect(await feed.count(position, 100)).toBe(21);
    const since = await feed.start(new Date(newRecord().receivedAt));
    expect((await readAll(feed, since, 28)).ids).toEqual(ids);
  });

  it('that are deleted, the last one too, give their positions to no other', async () => {
    const feed = new TypeOrmEventFeed(shared());
    await storedIds(shared(), 2);
    const { position } = await readAll(feed, await feed.start('beginning'), 2);
    await shared().query(`DELETE FROM ${TABLE}`);
    expect(await feed.read(position, 10)).toEqual({ records: [], position });
    const ids = await storedIds(shared(), 1);
    expect((await readAll(feed, position, 1)).ids).toEqual(ids);
  });
});
