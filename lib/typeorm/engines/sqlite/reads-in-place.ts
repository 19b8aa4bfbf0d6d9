import type { ReadRow, ReadStatement } from '../../../sql/read-statement.interface.js';
import type { Run } from '../read-database.js';
import type { ReadLimit } from '../read-limit.js';
import type { Connection } from './connection.js';
import type { SqliteDatabase } from './database.js';
import { IN_TIME } from './in-time.js';
import type { Reads } from './reads.interface.js';

/**
 * Reads on the host's connection. Each statement holds the event loop until it ends or the time is up. There is no transaction
 * around them, as writes of the host between two statements would be part of it.
 */
export class ReadsInPlace implements Reads {
  private limit?: ReadLimit;

  constructor(private readonly database: SqliteDatabase) {
    database.connection.function(IN_TIME, () => {
      this.limit?.check();
      return 1;
    });
  }

  async read<T>(limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T> {
    limit.begin();
    return work(async (statement) => {
      limit.check();
      this.limit = limit;
      return this.database.whileNotTooBusy(limit.deadline, () => readOnly(this.database.connection, statement));
    });
  }

  async close(): Promise<void> {}
}

function readOnly(connection: Connection, { sql, values }: ReadStatement): ReadRow[] {
  const before = connection.pragma('query_only', { simple: true });
  connection.pragma('query_only = ON');
  try {
    // Numbers, whatever the host has set for its own statements.
    return connection
      .prepare(sql)
      .safeIntegers(false)
      .all(...values) as ReadRow[];
  } finally {
    connection.pragma(`query_only = ${before}`);
  }
}
