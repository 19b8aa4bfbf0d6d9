import { DataSource } from 'typeorm';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { COPY_NAME } from '../../lib/clickhouse/copying/clickhouse-copy.js';
import { type EventRow, toEventRow } from '../../lib/clickhouse/event-row.js';
import { migrate } from '../../lib/clickhouse/schema/migrate.js';
import { fulfilWishes } from '../../lib/clickhouse/schema/schema-wishes.js';
import type { StoredRecord } from '../../lib/storage/event-feed.js';
import { TypeOrmConsumerStore, TypeOrmEventFeed } from '../../lib/typeorm/index.js';
import type { Ratio } from '../figures.js';
import type { BenchedServer } from './benched-server.js';
import { BEAT_MS, copyUntil } from './copy-until.js';

const BATCH_SIZE = 10_000;
const PAGE = 1_000;
const READY_BATCHES = 10;

/** How fast an empty copy is filled from the log, to ready batches that the client inserts into a table alike. */
export async function copying(
  source: DataSource,
  clickHouse: ClickHouse,
  bare: ClickHouse,
  events: number,
  server: BenchedServer,
): Promise<Ratio[]> {
  const feed = new TypeOrmEventFeed(source);
  await feed.start('now'); // numbers the rows that SQL has written
  const byHand = await insertReady(bare, await readyBatches(feed));
  const { rate, memory, ofServer } = await copyAll(source, clickHouse, events, server);
  return [
    {
      name: `events/s that are copied, of ${events.toLocaleString('en')}, to ready batches of the client (${byHand.toFixed(0)}/s)`,
      value: rate / byHand,
      atLeast: 0.6,
    },
    { name: 'GB of memory (RSS) meanwhile, of the copier', value: memory / 1e9 },
    { name: 'GB of memory (RSS) meanwhile, of ClickHouse', value: ofServer / 1e9 },
  ];
}

/** Resolves to events a second, and to the most memory of this process and of the server. */
async function copyAll(source: DataSource, clickHouse: ClickHouse, events: number, server: BenchedServer) {
  const feed = new TypeOrmEventFeed(source);
  const store = new TypeOrmConsumerStore(source);
  await store.create(COPY_NAME, await feed.start('beginning'));
  let [memory, ofServer] = [0, 0];
  const watching = setInterval(() => {
    memory = Math.max(memory, process.memoryUsage().rss);
    ofServer = Math.max(ofServer, server.memory());
  }, BEAT_MS);
  const start = performance.now();
  await copyUntil(feed, store, clickHouse, (_given, isAtEnd) => isAtEnd);
  const took = performance.now() - start;
  clearInterval(watching);
  const sql = `SELECT count() AS count FROM ${clickHouse.schema.events}`;
  const [{ count }] = await clickHouse.read({ sql, values: [] });
  if (Number(count) !== events) throw new Error(`${String(count)} of ${events} events were copied`);
  return { rate: (events / took) * 1_000, memory, ofServer };
}

async function readyBatches(feed: TypeOrmEventFeed): Promise<EventRow[][]> {
  const rows: EventRow[] = [];
  for (let after = await feed.start('beginning'); rows.length < READY_BATCHES * BATCH_SIZE;) {
    const { records } = await feed.read(after, PAGE);
    if (records.length === 0) break;
    rows.push(...(records as StoredRecord[]).map(({ event, receivedAt }) => toEventRow(event, receivedAt)));
    after = records[records.length - 1].position;
  }
  return Array.from({ length: Math.ceil(rows.length / BATCH_SIZE) }, (_one, index) =>
    rows.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
}

/** Resolves to events a second. */
async function insertReady(bare: ClickHouse, batches: EventRow[][]): Promise<number> {
  await migrate(bare);
  await fulfilWishes(bare);
  const start = performance.now();
  for (const [index, rows] of batches.entries()) await bare.insert(bare.schema.events, rows, `ready ${index}`);
  return (batches.flat().length / (performance.now() - start)) * 1_000;
}
