import type { DataSource } from 'typeorm';
import { erasedIdDigest } from '../../../events/erased-id-digest.js';
import type { FeedPosition } from '../../../storage/event-feed.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import { inKeyOrder } from '../../events/row-key.js';
import { postgresDatabaseOf } from '../database-of.js';
import type { RowKey } from '../engine.js';
import { type Erasure, type ErasureTable, keptId } from '../erasure-table.js';
import { nameBeside } from '../feed-names.js';
import { openTable } from '../open-table.js';
import { qualifiedName } from '../table-name.js';
import { PastDays } from './by-days/past-days.js';
import type { PostgresDatabase } from './database.js';
import { EventWriters } from './event-writers.js';
import { placeAfter, positionOf } from './feed-position.js';
import { FeedTransactions } from './feed-transactions.js';
import { literal } from './literal.js';

const FEED_COLUMNS = ['feed_transaction', 'feed_number'];

/**
 * PostgreSQL. An insert whose snapshot is of before does not see what is noted. It has the lock of a writer on the table of events
 * by then, and keeps it until its end, so whoever holds one after the commit is waited for. Who comes later sees it.
 */
export class PostgresErasureTable implements ErasureTable {
  readonly changesAtOnce = 500;
  readonly days: PastDays;
  private readonly database: PostgresDatabase;
  private readonly insertSql: string;
  private readonly endSql: string;
  private readonly writers: EventWriters;

  constructor(private readonly dataSource: DataSource) {
    this.days = new PastDays(dataSource);
    this.database = postgresDatabaseOf(dataSource);
    this.writers = new EventWriters(dataSource, this.database);
    const transactions = new FeedTransactions(dataSource);
    const columns = [...ERASURE_COLUMNS, ...FEED_COLUMNS];
    const replaced = columns.slice(2).map((column) => `${column} = excluded.${column}`);
    this.insertSql =
      `INSERT INTO ${qualifiedName(dataSource, ERASURES)} AS erased (${columns.join(', ')}) ` +
      `SELECT id_digest, project_key, id, $4, $5::timestamptz, $6, ${transactions.current}, ` +
      `nextval(${literal(nameBeside(dataSource, '_feed_number'))}) ` +
      'FROM unnest($1::text[], $2::text[], $3::text[]) AS event(id_digest, project_key, id) ' +
      `ON CONFLICT (id_digest, project_key) DO UPDATE SET ${replaced.join(', ')} WHERE erased.kind = 'anonymized'`;
    this.endSql = `SELECT (${transactions.next} - 1)::text AS last`;
  }

  open(deadline: number): Promise<void> {
    return openTable(this.dataSource, this.database, [...ERASURE_COLUMNS, ...FEED_COLUMNS], deadline, ERASURES);
  }

  /** Not where the feed ends, which waits for the transactions of all databases of the server. */
  async end(deadline: number): Promise<FeedPosition> {
    const { rows } = await this.database.run<{ last: string }>({ sql: this.endSql }, deadline);
    await this.writers.outlast(deadline);
    return positionOf(placeAfter(rows[0].last));
  }

  async mark(keys: readonly RowKey[], erasure: Erasure, deadline: number): Promise<void> {
    const { kind, erasedAt, requestId } = erasure;
    const sorted = inKeyOrder(keys);
    const lists = [
      sorted.map(({ id }) => erasedIdDigest(id!)),
      sorted.map(({ project_key }) => project_key),
      sorted.map((key) => keptId(key, erasure)),
    ];
    await this.database.run({ sql: this.insertSql, values: [...lists, kind, erasedAt, requestId] }, deadline);
    await this.writers.outlast(deadline);
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }
}
