import type { DataSource } from 'typeorm';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { COPY_NAME } from '../../lib/clickhouse/copying/clickhouse-copy.js';
import { StoreCopyService } from '../../lib/clickhouse/copying/store-copy.service.js';
import type { EventReader } from '../../lib/storage/event-reader.js';
import { TypeOrmConsumerStore, TypeOrmEventFeed } from '../../lib/typeorm/index.js';
import type { BenchedServer } from '../clickhouse/benched-server.js';
import { BEAT_MS, copyUntil } from '../clickhouse/copy-until.js';
import { postgresCpu, postgresCpuSince } from './postgres-cpu.js';

/** What it took to fill an empty copy. */
export interface Backfill {
  /** Events a second. */
  readonly rate: number;
  /** Microseconds an event: of this process, of ClickHouse and of PostgreSQL. */
  readonly cpu: number;
  readonly clickHouseCpu: number;
  readonly postgresCpu: number;
  /** The most memory (RSS) of this process and of ClickHouse, in bytes. */
  readonly memory: number;
  readonly clickHouseMemory: number;
}

/** Fills an empty copy with all events of a log, and is stopped once in the middle. Throws where a day then has another count. */
export async function backfill(
  source: DataSource,
  reader: EventReader,
  clickHouse: ClickHouse,
  events: number,
  server: BenchedServer,
): Promise<Backfill> {
  const feed = new TypeOrmEventFeed(source);
  const store = new TypeOrmConsumerStore(source);
  await store.create(COPY_NAME, await feed.start('beginning'));
  let [memory, clickHouseMemory] = [0, 0];
  const watching = setInterval(() => {
    memory = Math.max(memory, process.memoryUsage().rss);
    clickHouseMemory = Math.max(clickHouseMemory, server.memory());
  }, BEAT_MS);
  const [cpu, ofClickHouse, ofPostgres] = [process.cpuUsage(), server.cpu(), await postgresCpu(source)];
  const start = performance.now();
  await copyUntil(feed, store, clickHouse, (given) => given >= events / 2);
  await copyUntil(feed, store, clickHouse, (_given, isAtEnd) => isAtEnd);
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const usedByClickHouse = server.cpu() - ofClickHouse;
  clearInterval(watching);
  const usedByPostgres = await postgresCpuSince(source, ofPostgres);
  const days = await new StoreCopyService(clickHouse, feed, store, async () => reader).compare();
  const wrong = days.filter(({ stored, copied }) => stored !== copied);
  const copied = days.reduce((sum, day) => sum + day.copied, 0);
  if (wrong.length > 0 || copied !== events) throw new Error(`${copied} of ${events} were copied: ${JSON.stringify(wrong)}`);
  return {
    rate: events / seconds,
    cpu: (user + system) / events,
    clickHouseCpu: usedByClickHouse / events,
    postgresCpu: usedByPostgres / events,
    memory,
    clickHouseMemory,
  };
}
