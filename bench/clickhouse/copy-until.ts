import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { COPY_NAME } from '../../lib/clickhouse/copying/clickhouse-copy.js';
import { CopyRun } from '../../lib/clickhouse/copying/copy-run.js';
import { Tenure } from '../../lib/consumers/tenure.js';
import type { TypeOrmConsumerStore, TypeOrmEventFeed } from '../../lib/typeorm/index.js';

export const BEAT_MS = 500;

/** Copies as a host does, which is shut down once it has been given enough. */
export async function copyUntil(
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
