import type { DataSource } from 'typeorm';
import type { ReadOptions } from '../../../storage/reading/event-query.interface.js';
import { mysqlDatabaseOf } from '../database-of.js';
import type { ReadDatabase, Run } from '../read-database.js';
import { withinLimit } from '../read-limit.js';
import { lastMomentOf, readIn } from '../read-transaction.js';
import type { MysqlDatabase } from './database.js';
import { MysqlReadTransaction } from './read-transaction.js';
import { checkReadable } from './readable-version.js';

/** MariaDB, on a connection of the pool of the host. */
export class MysqlReadDatabase implements ReadDatabase {
  private readonly database: MysqlDatabase;

  constructor(dataSource: DataSource) {
    this.database = mysqlDatabaseOf(dataSource);
  }

  async checkServer(deadline: number): Promise<void> {
    const { rows } = await this.database.run<{ version: string }>({ sql: 'SELECT VERSION() AS version' }, deadline);
    checkReadable(rows[0].version);
  }

  read<T>(options: ReadOptions, work: (run: Run) => Promise<T>): Promise<T> {
    return withinLimit(options, (limit) =>
      this.database.use(lastMomentOf(limit), (session) =>
        readIn(new MysqlReadTransaction(session, this.database, limit), limit, work),
      ),
    );
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }
}
