import type { DataSource } from 'typeorm';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { COPY_NAME } from '../../lib/clickhouse/copying/clickhouse-copy.js';
import { CopyRun } from '../../lib/clickhouse/copying/copy-run.js';
import { StoreCopyService } from '../../lib/clickhouse/copying/store-copy.service.js';
import { Tenure } from '../../lib/consumers/tenure.js';
import type { EventReader } from '../../lib/storage/event-reader.js';
import { TypeOrmConsumerStore, TypeOrmEventFeed } from '../../lib/typeorm/index.js';
import type { BenchedServer } from '../clickhouse/benched-server.js';
import { postgresCpu, postgresCpuSince } from './postgres-cpu.js';

const BEAT_MS = 500;

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

/** Copies as a host does, which is shut down once it has been given enough. */
async function copyUntil(
  feed: TypeOrmEventFeed,
  store: TypeOrmConsumerStore,
  clickHouse: ClickHouse,
  isEnough: (given: number, isAtEnd: boolean) => boolean,
): Promise<void> {
  const [state] = await store.find([COPY_NAME]);
  const lease = (await store.acquire(state, 'bench'))!;
  const tenure = new Tenure(state, lease, performance.now());
  const beating = setInterval(() => tenure.confirm(performance.now()), BEAT_MS);
  let given = 0;
  const watched = Object.create(feed, {
    read: {
      value: async (after: string, limit: number) => {
        const page = await feed.read(after, limit);
        given += page.records.length;
        if (isEnough(given, false)) tenure.drain();
        return page;
      },
    },
  }) as TypeOrmEventFeed;
  const moved = Object.create(store, {
    move: {
      value: async (...to: Parameters<TypeOrmConsumerStore['move']>) => {
        const isHeld = await store.move(...to);
        // What is read ahead is not in the copy yet.
        if (isEnough(given, (await feed.count(to[1], 1)) === 0)) tenure.drain();
        return isHeld;
      },
    },
  }) as TypeOrmConsumerStore;
  await new CopyRun(clickHouse, watched, moved, tenure).run();
  clearInterval(beating);
  tenure.end('The bench is over');
  await store.release(lease);
}
