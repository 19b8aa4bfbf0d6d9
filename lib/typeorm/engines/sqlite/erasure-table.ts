import type { DataSource } from 'typeorm';
import { erasedIdDigest } from '../../../events/erased-id-digest.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import { sqliteDatabaseOf } from '../database-of.js';
import type { RowKey } from '../engine.js';
import { type Erasure, type ErasureTable, keptId } from '../erasure-table.js';
import { feedTableName } from '../feed-names.js';
import { openTable } from '../open-table.js';
import { qualifiedName } from '../table-name.js';
import { refuseOpenTransaction } from './connection.js';
import type { SqliteDatabase } from './database.js';
import { FeedNumbers } from './feed-numbers.js';

/** SQLite lets one transaction write at a time: an insert has ended before, or sees it. */
export class SqliteErasureTable implements ErasureTable {
  /** It holds few pages in memory, and would read those of many events again for each step. */
  readonly changesAtOnce = 50;
  private readonly database: SqliteDatabase;
  private readonly insertSql: string;

  constructor(private readonly dataSource: DataSource) {
    this.database = sqliteDatabaseOf(dataSource);
    const columns = [...ERASURE_COLUMNS, 'feed_number'];
    const replaced = columns.slice(2).map((column) => `${column} = excluded.${column}`);
    this.insertSql =
      `INSERT INTO ${qualifiedName(dataSource, ERASURES)} AS erased (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ` +
      `ON CONFLICT (id_digest, project_key) DO UPDATE SET ${replaced.join(', ')} WHERE erased.kind = 'anonymized'`;
  }

  open(deadline: number): Promise<void> {
    return openTable(this.dataSource, this.database, [...ERASURE_COLUMNS, 'feed_number'], deadline, ERASURES);
  }

  async mark(keys: readonly RowKey[], erasure: Erasure, deadline: number): Promise<void> {
    const { connection } = this.database;
    // The host has the same connection: with its open transaction, what is noted would be undone.
    refuseOpenTransaction(connection);
    const numbers = new FeedNumbers(connection, qualifiedName(this.dataSource), feedTableName(this.dataSource));
    const insert = connection.prepare(this.insertSql);
    const { kind, erasedAt, requestId } = erasure;
    const transaction = connection.transaction((all: readonly RowKey[]) => {
      numbers.numberOthers();
      let { last } = numbers;
      for (const key of all) {
        const { id, project_key } = key;
        insert.run(erasedIdDigest(id!), project_key, keptId(key, erasure), kind, erasedAt, requestId, ++last);
      }
      numbers.last = last;
    });
    this.database.whileNotTooBusy(deadline, () => transaction.immediate(keys));
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }
}
