import type { DataSource } from 'typeorm';
import type { ReadOptions } from '../../../storage/reading/event-query.interface.js';
import { postgresDatabaseOf } from '../database-of.js';
import { OpenTransaction } from '../open-transaction.js';
import type { ReadDatabase, Run } from '../read-database.js';
import { type ReadLimit, withinLimit } from '../read-limit.js';
import { lastMomentOf, readIn } from '../read-transaction.js';
import type { PostgresDatabase } from './database.js';
import { distributionOf } from './distribution.js';
import { type Client, isInTransaction } from './pool.js';
import { PostgresReadTransaction } from './read-transaction.js';

/** PostgreSQL, on a connection of the pool of the host. */
export class PostgresReadDatabase implements ReadDatabase {
  private readonly database: PostgresDatabase;

  constructor(private readonly dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
  }

  read<T>(options: ReadOptions, work: (run: Run) => Promise<T>): Promise<T> {
    return withinLimit(options, (limit) =>
      this.database.connections.use(lastMomentOf(limit), (client) => this.readOn(client, limit, work)),
    );
  }

  async isDistributed(deadline: number): Promise<boolean> {
    return (await distributionOf(this.dataSource, this.database, deadline)) === 'by project';
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }

  private async readOn<T>(client: Client, limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T> {
    // What we roll back would be the host's.
    if (isInTransaction(client)) throw new OpenTransaction();
    return readIn(new PostgresReadTransaction(client, this.database.connections, limit), limit, work);
  }
}
