import type { QueryRunner } from 'typeorm';
import { feedTableName } from '../../engines/feed-names.js';
import { dropColumn } from '../add-column.js';
import { dropIndex } from '../create-index.js';

/** Takes away all that belongs to the feed. */
export async function dropFeed(runner: QueryRunner): Promise<void> {
  const { connection } = runner;
  // Elsewhere, what is made of the columns alone goes with them.
  if (connection.options.type === 'better-sqlite3') await dropIndex(runner, '_by_feed');
  await dropColumn(runner, 'feed_transaction');
  await dropColumn(runner, 'feed_number');
  await runner.query(`DROP TABLE IF EXISTS ${feedTableName(connection)}`);
}
