import type { QueryRunner } from 'typeorm';
import { feedTableName } from '../../engines/feed-names.js';
import { GATES } from '../../engines/mysql/feed-gates.js';
import { tableName } from '../../engines/table-name.js';
import { addColumn } from '../add-column.js';

/** Numbers all rows. The table is copied meanwhile, and writers have to wait: there is no other way to a number by default. */
export async function addMysqlFeed(runner: QueryRunner): Promise<void> {
  const { connection } = runner;
  const feed = feedTableName(connection);
  await runner.query(`CREATE TABLE IF NOT EXISTS ${feed} (gate tinyint NOT NULL PRIMARY KEY, nothing tinyint) ENGINE=InnoDB`);
  await runner.query(`INSERT IGNORE INTO ${feed} (gate) VALUES ${GATES.map((gate) => `(${gate})`).join(', ')}`);
  const index = connection.driver.escape(`${tableName(connection)}_by_feed`);
  await addColumn(runner, 'feed_number', `bigint NOT NULL AUTO_INCREMENT, ADD INDEX ${index} (feed_number)`);
}
