import type { QueryRunner } from 'typeorm';
import { feedTableName } from '../../engines/feed-names.js';
import { qualifiedName } from '../../engines/table-name.js';
import { addColumn } from '../add-column.js';
import { createIndex } from '../create-index.js';

/** Numbers the rows that are there; those that processes of before go on writing are numbered when they are read. */
export async function addSqliteFeed(runner: QueryRunner): Promise<void> {
  const { connection } = runner;
  const table = qualifiedName(connection);
  const feed = feedTableName(connection);
  await addColumn(runner, 'feed_number', 'integer');
  await runner.query(`UPDATE ${table} SET feed_number = rowid WHERE feed_number IS NULL`);
  await createIndex(runner, '_by_feed', 'feed_number');
  // In a table of its own: the highest number of the events would be given again once its event is deleted.
  await runner.query(`CREATE TABLE IF NOT EXISTS ${feed} (last integer NOT NULL)`);
  await runner.query(
    `INSERT INTO ${feed} SELECT coalesce(max(feed_number), 0) FROM ${table} WHERE NOT EXISTS (SELECT 1 FROM ${feed})`,
  );
}
