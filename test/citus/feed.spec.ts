import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { FeedRecord } from 'nestjs-event-log';
import { TypeOrmEventFeed, TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { dataSourceOptions } from '../utils/databases.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';
import { describeCitus, distribute, projectOn } from './cluster.js';
import { lateRow, writerElsewhere } from './writers-on-workers.js';

describeCitus('The feed of a table that Citus distributes', (database) => {
  let source: DataSource;
  let repository: TypeOrmEventRepository;
  /** On the first worker and on the second. */
  let projects: string[];
  beforeAll(async () => {
    await distribute(database().url);
    source = await new DataSource(dataSourceOptions(database().url, { migrationsRun: false })).initialize();
    repository = new TypeOrmEventRepository(source);
    await repository.onModuleInit();
    projects = [await projectOn(database(), 0), await projectOn(database(), 1)];
  });
  afterAll(() => source?.destroy());

  const newFeed = async () => {
    const feed = new TypeOrmEventFeed(source);
    await feed.onModuleInit();
    return feed;
  };
  const idsOf = (records: readonly FeedRecord[]) => records.map((record) => record.kind === 'stored' && record.event.id);

  it.each([
    { where: 'the same worker', worker: 0, isPrepared: false },
    { where: 'another worker, while nothing has ended on its own since', worker: 1, isPrepared: false },
    { where: 'the same worker, once it is prepared', worker: 0, isPrepared: true },
    { where: 'another worker, once it is prepared', worker: 1, isPrepared: true },
  ])(
    'waits for what a worker has not committed yet, where the coordinator alone would pass over it for an event on $where',
    async ({ worker, isPrepared }) => {
      const feed = await newFeed();
      const start = await feed.start('now');
      const [early, late] = [randomUUID(), randomUUID()];
      const commit = await lateRow(database(), { id: early, project: projects[0], isPrepared });
      await repository.insert([newRecord({ id: late, projectId: projects[worker] })]);

      // The control: by the coordinator's own horizon, the later one would be given on, and the earlier one never.
      const [{ passes }] = await source.query<{ passes: boolean }[]>(
        `SELECT txid_snapshot_xmin(txid_current_snapshot()) > ${await transactionOf(source, late)} AS passes`,
      );
      expect(passes).toBe(true);

      expect((await feed.read(start, 10)).records).toEqual([]);
      await commit();
      await until('both are given on', async () => (await feed.read(start, 10)).records.length === 2);
      expect(idsOf((await feed.read(start, 10)).records)).toEqual([early, late]);
    },
  );

  it('answers all who read it at the same time while a worker commits', async () => {
    const feed = await newFeed();
    const start = await feed.start('now');
    const commit = await lateRow(database(), { id: 'read-by-many', project: projects[0] });
    await repository.insert([newRecord({ id: 'read-by-many-too', projectId: projects[0] })]);
    const readers = Array.from({ length: 8 }, async (_reader, index) => {
      await delay(index * 10);
      return feed.read(start, 10);
    });
    await delay(150);
    await commit();
    expect(await Promise.all(readers)).toHaveLength(readers.length);
    await until('both are given on', async () => (await feed.read(start, 10)).records.length === 2);
  });

  it('begins nowhere else than after what is stored: who asks for that is refused with 503 while a worker commits', async () => {
    const commit = await lateRow(database(), { id: 'before-now', project: projects[0] });
    const feed = await newFeed();
    await expect(feed.start('now', 1_000)).rejects.toMatchObject({ status: 503 });
    await expect(feed.start(new Date(), 1_000)).rejects.toMatchObject({ status: 503 });
    await commit();
    const now = await feed.start('now');
    await repository.insert([newRecord({ id: 'after-now', projectId: projects[0] })]);
    await until('it is given on', async () => (await feed.read(now, 10)).records.length > 0);
    expect(idsOf((await feed.read(now, 10)).records)).toEqual(['after-now']);
  });

  it('does not wait for who writes in another table of a worker', async () => {
    const end = await writerElsewhere(database());
    const feed = await newFeed();
    const start = await feed.start('now');
    await repository.insert([newRecord({ id: 'beside-others', projectId: projects[0] })]);
    await until('it is given on', async () => (await feed.read(start, 10)).records.length === 1);
    await end();
  });
});

async function transactionOf(source: DataSource, id: string): Promise<string> {
  const sql = `SELECT feed_transaction::text AS transaction FROM event_log_events WHERE id = '${id}'`;
  return (await source.query<{ transaction: string }[]>(sql))[0].transaction;
}
