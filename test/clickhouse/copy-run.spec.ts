import { setImmediate as turn } from 'node:timers/promises';
import { InMemoryEventEraser, InMemoryEventFeed, InMemoryEventRepository } from 'nestjs-event-log';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { CopyRun } from '../../lib/clickhouse/copying/copy-run.js';
import { Tenure } from '../../lib/consumers/tenure.js';
import { InMemoryConsumerStore } from '../../lib/storage/consumers/in-memory-consumer.store.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';
import { describeClickHouse, dropDatabase, openTables } from './engine.js';

const NAME = 'clickhouse';

describeClickHouse('A run of the copy', () => {
  let clickHouse: ClickHouse;
  let tenure: Tenure | undefined;

  beforeEach(async () => {
    clickHouse = await openTables();
  });

  afterEach(async () => {
    tenure?.end('The test is over');
    await dropDatabase(clickHouse);
  });

  /** A log with three batches, as what was erased has one of its own: `a` and `b`, that `x` was erased, and `c`. */
  async function startRun() {
    const repository = new InMemoryEventRepository();
    const eraser = new InMemoryEventEraser(repository);
    const erase = (id: string) => eraser.erase([{ id, projectId: null }], 'a request');
    await repository.insert(['a', 'b', 'x'].map((id) => newRecord({ id, projectId: null })));
    await erase('x');
    await repository.insert([newRecord({ id: 'c', projectId: null })]);
    const feed = new InMemoryEventFeed(repository);
    const store = new InMemoryConsumerStore();
    await store.create(NAME, await feed.start('beginning'));
    const [state] = await store.find([NAME]);
    tenure = new Tenure(state, (await store.acquire(state, 'a test'))!, performance.now());
    return { erase, feed, tenure, run: new CopyRun(clickHouse, feed, store, tenure) };
  }

  /** Calls `before` ahead of each insert into a table, with its number. */
  function watchInserts(watched: 'events' | 'progress', before: (number: number) => Promise<void> | void): void {
    const insert = clickHouse.insert.bind(clickHouse);
    let number = 0;
    clickHouse.insert = async (table, ...more) => {
      if (table === clickHouse.schema[watched]) await before(++number);
      return insert(table, ...more);
    };
  }

  /** Calls `before` ahead of each read, with its position. */
  function watchReads(feed: InMemoryEventFeed, before: (after: string) => Promise<void> | void): void {
    const read = feed.read.bind(feed);
    feed.read = async (after, limit) => {
      await before(after);
      return read(after, limit);
    };
  }

  async function copiedIds(): Promise<unknown[]> {
    const rows = await clickHouse.read({ sql: `SELECT id FROM ${clickHouse.schema.events} ORDER BY id`, values: [] });
    return rows.map(({ id }) => id);
  }

  it('reads the next batch while one is inserted, and no further once the feed has ended', async () => {
    const { feed, run, tenure } = await startRun();
    const reads: string[] = [];
    watchReads(feed, (after) => void reads.push(after));
    const readBefore: string[][] = [];
    watchInserts('events', () => {
      readBefore.push([...reads]);
      if (readBefore.length === 2) tenure.drain();
    });
    await run.run();
    expect(await copiedIds()).toEqual(['a', 'b', 'c']);
    const [first, second] = readBefore;
    expect(first).toEqual(['0', '2']);
    expect(second).toEqual(reads);
    expect(new Set(reads).size).toBe(reads.length);
  });

  it.each([
    ['can not be inserted', 'events'],
    ['can not be written down', 'progress'],
  ] as const)('reads once more what it had read ahead of a batch that %s', async (_what, table) => {
    const { erase, feed, run, tenure } = await startRun();
    const reads: string[] = [];
    watchReads(feed, (after) => void reads.push(after));
    watchInserts(table, async (number) => {
      if (number > 1) return;
      await until('the next batch is read', () => reads.length === 2);
      await erase('a');
      throw new Error('The server is away');
    });
    const running = run.run();
    await until('all is copied', async () => (await copiedIds()).join() === 'b,c');
    tenure.drain();
    await running;
    expect(reads.filter((after) => after === '2')).toHaveLength(2);
  });

  it('ends when what it reads ahead has ended, and tells nobody how', async () => {
    const { feed, run, tenure } = await startRun();
    let hasEnded = false;
    watchReads(feed, async (after) => {
      if (after === '0') return;
      await until('the batch before is copied', async () => (await copiedIds()).length === 2);
      for (let turns = 0; turns < 10; turns++) await turn();
      hasEnded = true;
      throw new Error('The store is away');
    });
    watchInserts('events', () => tenure.drain());
    await run.run();
    expect(hasEnded).toBe(true);
    expect(await copiedIds()).toEqual(['a', 'b']);
  });
});
