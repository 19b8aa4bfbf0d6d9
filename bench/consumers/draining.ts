import Sqlite from 'better-sqlite3';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { ConsumerRun } from '../../lib/consumers/consumer-run.js';
import type { Subscription } from '../../lib/consumers/subscription.interface.js';
import { Tenure } from '../../lib/consumers/tenure.js';
import { FeedTail } from '../../lib/feed/feed-tail.js';
import { COLUMNS } from '../../lib/typeorm/events/event-columns.js';
import {
  eventLogConsumerMigrations,
  eventLogMigrations,
  TypeOrmConsumerStore,
  TypeOrmEventFeed,
} from '../../lib/typeorm/index.js';
import { dataSourceOptions, type TestDatabase } from '../../test/utils/databases.js';
import type { Ratio } from '../figures.js';
import { EVENTS, fillEvents } from '../reading/events.js';

const PAGE = 1_000;
const ROUNDS = 2;
const SAMPLE_PAGES = 50;

/** How fast a consumer that does nothing is given a million events, to a bare keyset read of the same rows by the driver. */
export async function draining(engine: 'postgres' | 'sqlite', database: TestDatabase): Promise<Ratio[]> {
  const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
  const source = await new DataSource(dataSourceOptions(database.url, { migrations })).initialize();
  try {
    await fillEvents(source);
    const feed = new TypeOrmEventFeed(source);
    const store = new TypeOrmConsumerStore(source);
    await feed.start('now'); // numbers the rows that SQL has written
    const ratios: number[] = [];
    const growth: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const bare = await timeOf(() => (engine === 'postgres' ? readPostgres(database.url) : readSqlite(database.url)));
      const ours = await timeOf(async () => void growth.push(await drain(feed, store, `drain-${round}`)));
      ratios.push(bare / ours);
    }
    const name = `rows/s that a consumer is given, ${engine}, to a keyset read by the driver, pages of ${PAGE}`;
    return [
      { name, value: Math.max(...ratios), atLeast: 0.6 },
      { name: `memory (RSS) in its second half, ${engine}, to the first`, value: Math.min(...growth), atMost: 1.1 },
    ];
  } finally {
    await source.destroy();
  }
}

/** Resolves to the memory that the second half of the events took, to that of the first. */
async function drain(feed: TypeOrmEventFeed, store: TypeOrmConsumerStore, name: string): Promise<number> {
  await store.create(name, await feed.start('beginning'));
  const [state] = await store.find([name]);
  const lease = await store.acquire(state, 'bench');
  const tenure = new Tenure(state, lease!, performance.now());
  const beating = setInterval(() => tenure.confirm(performance.now()), 1_000);
  let handled = 0;
  const memory = [0, 0];
  const subscription: Subscription = {
    name,
    from: 'beginning',
    batchSize: PAGE,
    handleTimeout: 30_000,
    retry: { maxAttempts: 1, halves: false, onFailure: 'stop', pauseAfter: () => 0 },
    isWanted: () => true,
    deliver: async (records) => {
      handled += records.length;
      const half = handled < EVENTS / 2 ? 0 : 1;
      if (handled % (SAMPLE_PAGES * PAGE) === 0) memory[half] = Math.max(memory[half], process.memoryUsage().rss);
      if (handled >= EVENTS) tenure.drain();
    },
  };
  const tail = new FeedTail(feed, 2_000);
  const unfollow = tail.follow();
  await new ConsumerRun(subscription, tail, store, tenure).run();
  unfollow();
  clearInterval(beating);
  tenure.end('The bench is over');
  await delay(0);
  if (handled !== EVENTS) throw new Error(`${handled} of ${EVENTS} events were handled`);
  return memory[1] / memory[0];
}

async function readPostgres(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  const sql = `SELECT ${COLUMNS.join(', ')}, feed_transaction, feed_number FROM event_log_events WHERE feed_transaction IS NOT NULL AND (feed_transaction, feed_number) > ($1, $2) ORDER BY feed_transaction, feed_number LIMIT ${PAGE}`;
  for (let after = ['0', '0'], count = PAGE; count === PAGE;) {
    const { rows } = await client.query<Record<string, string>>(sql, after);
    count = rows.length;
    if (count > 0) after = [rows[count - 1].feed_transaction, rows[count - 1].feed_number];
  }
  await client.end();
}

async function readSqlite(url: string): Promise<void> {
  const database = new Sqlite(url.replace('sqlite:', ''), { readonly: true });
  const statement = database.prepare<number, Record<string, number>>(
    `SELECT ${COLUMNS.join(', ')}, feed_number FROM event_log_events WHERE feed_number > ? ORDER BY feed_number LIMIT ${PAGE}`,
  );
  for (let after = 0, count = PAGE; count === PAGE;) {
    const rows = statement.all(after);
    count = rows.length;
    if (count > 0) after = rows[count - 1].feed_number;
  }
  database.close();
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
