import type { DataSource } from 'typeorm';
import { erasedIdDigest } from '../../../events/erased-id-digest.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import { inKeyOrder } from '../../events/row-key.js';
import { mysqlDatabaseOf } from '../database-of.js';
import type { RowKey } from '../engine.js';
import { type Erasure, type ErasureTable, keptId } from '../erasure-table.js';
import { feedTableName } from '../feed-names.js';
import { openTable } from '../open-table.js';
import { qualifiedName } from '../table-name.js';
import type { MysqlDatabase } from './database.js';
import { GATES, waitForGate } from './feed-gates.js';
import { inTransaction } from './session.js';
import { nextNumber } from './next-number.js';

const FEED_COLUMNS = ['feed_after', 'feed_number'];

/** MySQL and MariaDB: it is written while both gates are held, so an insert has ended before, or sees it. */
export class MysqlErasureTable implements ErasureTable {
  readonly changesAtOnce = 500;
  private readonly database: MysqlDatabase;
  private readonly insertSql: string;
  private readonly replaceSql: string;

  constructor(private readonly dataSource: DataSource) {
    this.database = mysqlDatabaseOf(dataSource);
    const columns = [...ERASURE_COLUMNS, 'feed_after'];
    this.insertSql = `INSERT INTO ${this.table} (${columns.join(', ')}) VALUES ? ON DUPLICATE KEY UPDATE kind = kind`;
    this.replaceSql = `DELETE FROM ${this.table} WHERE (id_digest, project_key) IN (?) AND kind = 'anonymized'`;
  }

  open(deadline: number): Promise<void> {
    return openTable(this.dataSource, this.database, [...ERASURE_COLUMNS, ...FEED_COLUMNS], deadline, ERASURES);
  }

  async mark(keys: readonly RowKey[], erasure: Erasure, deadline: number): Promise<void> {
    const { kind, erasedAt, requestId } = erasure;
    const sorted = inKeyOrder(keys);
    const pairs = sorted.map(({ id, project_key }) => [erasedIdDigest(id!), project_key]);
    await this.database.use(deadline, (session) =>
      inTransaction(session, async () => {
        for (const gate of GATES) await session.query({ sql: waitForGate(feedTableName(this.dataSource)), values: [gate] });
        const created = await session.query({ sql: `SHOW CREATE TABLE ${qualifiedName(this.dataSource)}` });
        const after = String(nextNumber(created as Record<string, string>[]) - 1n);
        const rows = sorted.map((key, index) => [...pairs[index], keptId(key, erasure), kind, erasedAt, requestId, after]);
        await session.query({ sql: this.replaceSql, values: [pairs] });
        await session.query({ sql: this.insertSql, values: [rows] });
      }),
    );
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }

  private get table(): string {
    return qualifiedName(this.dataSource, ERASURES);
  }
}
