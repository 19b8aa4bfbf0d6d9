import type { QueryRunner } from 'typeorm';
import { nameBeside } from '../../engines/feed-names.js';
import { literal } from '../../engines/postgres/literal.js';
import { OLD_ROW_KEY } from '../../engines/postgres/old-row-key.js';
import { qualifiedName } from '../../engines/table-name.js';
import { createIndex } from '../create-index.js';

/** How many numbers a connection takes at once: they tell apart events of one transaction, so gaps and order mean nothing. */
const CACHE = 32;

/** Rows of before have null: they come before all others, in the order in which they were received. */
export async function addPostgresFeed(runner: QueryRunner): Promise<void> {
  const table = qualifiedName(runner.connection);
  const sequence = nameBeside(runner.connection, '_feed_number');
  await runner.query(`CREATE SEQUENCE IF NOT EXISTS ${sequence} CACHE ${CACHE}`);
  // In one statement: with the default in that of the column, all rows would be rewritten; in a second one, some would have none.
  await runner.query(`
    ALTER TABLE ${table}
      ADD COLUMN IF NOT EXISTS feed_transaction bigint,
      ADD COLUMN IF NOT EXISTS feed_number bigint,
      ALTER COLUMN feed_transaction SET DEFAULT txid_current(),
      ALTER COLUMN feed_number SET DEFAULT nextval(${literal(sequence)})`);
  await runner.query(`ALTER SEQUENCE ${sequence} OWNED BY ${table}.feed_number`);
  await createIndex(runner, '_by_feed', 'feed_transaction, feed_number', 'feed_transaction IS NOT NULL');
  await createIndex(runner, '_before_feed', `received_at, ${OLD_ROW_KEY}`, 'feed_transaction IS NULL');
}
