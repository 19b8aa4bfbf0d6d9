import type { DataSource } from 'typeorm';
import { logger } from '../../../diagnostics/logger.js';
import { ERASURES } from '../../erasing/erasure-tables.js';
import { codeOf } from '../driver-error.js';
import { qualifiedName } from '../table-name.js';
import type { PostgresDatabase } from './database.js';
import type { Distribution } from './distribution.js';
import { literal } from './literal.js';

/**
 * Numbers of transactions are the server's. Where a dump comes to a younger one, those of its rows are ahead, so what is stored
 * there is numbered from an offset on, which stands in the default of the column alone.
 */
export class FeedTransactions {
  /** SQL of the first transaction that may still run: what all before it have committed is seen by the statement that asks. */
  readonly horizon: string;
  /** SQL of the transaction that runs. */
  readonly current: string;
  /** SQL of a transaction that is after all that have ended. */
  readonly next: string;
  private readonly offset: string;
  private readonly table: string;
  private readonly erasures: string;

  constructor(dataSource: DataSource) {
    this.table = qualifiedName(dataSource);
    this.erasures = qualifiedName(dataSource, ERASURES);
    this.offset =
      "(SELECT coalesce(substring(pg_get_expr(adbin, adrelid) FROM '[0-9]+'), '0')::bigint FROM pg_attrdef " +
      `JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE adrelid = ${literal(this.table)}::regclass ` +
      "AND attname = 'feed_transaction')";
    this.horizon = `(txid_snapshot_xmin(txid_current_snapshot()) + ${this.offset})`;
    this.current = `(txid_current() + ${this.offset})`;
    this.next = `(txid_snapshot_xmax(txid_current_snapshot()) + ${this.offset})`;
  }

  /** Moves the offset where rows are ahead of the server. Before anything is stored: it would stand before them. */
  async align(database: PostgresDatabase, deadline: number, distribution: Distribution = 'none'): Promise<void> {
    const last = (table: string) => `(SELECT max(feed_transaction) FROM ${table} WHERE feed_transaction > 0)`;
    const greatest = `greatest(${last(this.table)}, ${last(this.erasures)})`;
    // In a statement with the table in it, Citus would ask a node for its own transactions.
    const [{ value }] = distribution === 'none' ? [{ value: greatest }] : await valueOf(database, greatest, deadline);
    const ahead = `SELECT ${value ?? 'NULL::bigint'} - ${this.next} AS ahead`;
    const { rows } = await database.run<{ ahead: string | null }>({ sql: ahead }, deadline);
    if (Number(rows[0].ahead ?? -1) < 0) return;
    try {
      await database.run({ sql: this.shift(ahead) }, deadline);
    } catch (error) {
      logger.warn(
        `The events come from another PostgreSQL server, and their order in the feed can't be kept (${codeOf(error)}): start the app once as the owner of ${this.table}.`,
      );
    }
  }

  /** Looks again when the table is locked: several processes boot at once. */
  private shift(ahead: string): string {
    return `DO $event_log$ DECLARE excess bigint; BEGIN
      LOCK TABLE ${this.table} IN ACCESS EXCLUSIVE MODE;
      ${ahead.replace('AS ahead', 'INTO excess')};
      IF excess >= 0 THEN
        EXECUTE format('ALTER TABLE ${this.table.replaceAll("'", "''")} ALTER COLUMN feed_transaction SET DEFAULT txid_current() + %s', ${this.offset} + excess + 1);
      END IF;
    END $event_log$`;
  }
}

async function valueOf(database: PostgresDatabase, sql: string, deadline: number) {
  return (await database.run<{ value: string | null }>({ sql: `SELECT ${sql}::text AS value` }, deadline)).rows;
}
