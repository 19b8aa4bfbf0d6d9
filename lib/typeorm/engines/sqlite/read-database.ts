import type { DataSource } from 'typeorm';
import type { ReadOptions } from '../../../storage/reading/event-query.interface.js';
import { sqliteDatabaseOf } from '../database-of.js';
import { codeOf } from '../driver-error.js';
import type { ReadDatabase, Run } from '../read-database.js';
import { withinLimit } from '../read-limit.js';
import type { Connection } from './connection.js';
import type { SqliteDatabase } from './database.js';
import { inTime } from './in-time.js';
import { readerFileOf } from './reader-file.js';
import { ReadsInPlace } from './reads-in-place.js';
import { ReadsInThreads } from './reads-in-threads.js';
import type { Reads } from './reads.interface.js';

/**
 * SQLite: in threads of its own, as better-sqlite3 holds the event loop while a statement runs. A database in memory, and one
 * that a second connection can't open as the host does, is read on the host's connection.
 */
export class SqliteReadDatabase implements ReadDatabase {
  private readonly database: SqliteDatabase;
  private connection?: Connection;
  private reads?: Reads;

  constructor(private readonly dataSource: DataSource) {
    this.database = sqliteDatabaseOf(dataSource);
  }

  guard(table: string): string {
    return inTime(table);
  }

  read<T>(options: ReadOptions, work: (run: Run) => Promise<T>): Promise<T> {
    return withinLimit(options, async (limit) => this.readsOf(this.database.connection).read(limit, work));
  }

  isUnavailable(error: unknown): boolean {
    return codeOf(error) === 'ETIMEDOUT' || this.database.isUnavailable(error);
  }

  async close(): Promise<void> {
    const { reads } = this;
    this.reads = this.connection = undefined;
    await reads?.close();
  }

  // A data source that was destroyed and initialised again has another connection.
  private readsOf(connection: Connection): Reads {
    if (!connection.open) throw new TypeError('The database connection is not open');
    if (this.reads === undefined || this.connection !== connection) {
      void this.reads?.close();
      this.connection = connection;
      const file = readerFileOf(this.dataSource, connection);
      this.reads = file === undefined ? new ReadsInPlace(this.database) : new ReadsInThreads(file);
    }
    return this.reads;
  }
}
