import { DataSource } from 'typeorm';
import { TypeOrmEventFeed, TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { dataSourceOptions } from '../utils/databases.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';
import { describeCitus, distribute, projectOn } from './cluster.js';
import { lateRow } from './late-row.js';

describeCitus('The feed of a table that Citus distributes', (database) => {
  it('waits for what a worker has not committed yet, where the coordinator alone would pass over it', async () => {
    await distribute(database().url);
    const source = await new DataSource(dataSourceOptions(database().url, { migrationsRun: false })).initialize();
    const repository = new TypeOrmEventRepository(source);
    await repository.onModuleInit();
    const project = await projectOn(database(), 0);
    const commit = await lateRow(database(), { id: 'early', project });
    await repository.insert([newRecord({ id: 'late', projectId: project })]);

    // The control: by the coordinator's own horizon, the later one would be given on, and the earlier one never.
    const [{ passes }] = await source.query<{ passes: boolean }[]>(
      `SELECT txid_snapshot_xmin(txid_current_snapshot()) > ${await transactionOf(source, 'late')} AS passes`,
    );
    expect(passes).toBe(true);

    const feed = new TypeOrmEventFeed(source);
    const start = await feed.start('beginning');
    expect((await feed.read(start, 10)).records).toEqual([]);
    await commit();
    await until('both are given on', async () => (await feed.read(start, 10)).records.length === 2);
    const { records } = await feed.read(start, 10);
    expect(records.map((record) => record.kind === 'stored' && record.event.id)).toEqual(['early', 'late']);
    await source.destroy();
  }, 60_000);
});

async function transactionOf(source: DataSource, id: string): Promise<string> {
  const sql = `SELECT feed_transaction::text AS transaction FROM event_log_events WHERE id = '${id}'`;
  return (await source.query<{ transaction: string }[]>(sql))[0].transaction;
}
