import type { Connections } from '../connections.js';
import type { ReadRow, ReadStatement } from '../../../sql/read-statement.interface.js';
import type { ReadLimit } from '../read-limit.js';
import { lastMomentOf, type ReadTransaction, SERVER_MARGIN_MS } from '../read-transaction.js';
import { millisecondsUntil } from '../with-connection.js';
import { AS_TEXT } from './database.js';
import type { Client } from './pool.js';

/** A transaction of PostgreSQL that only reads. */
export class PostgresReadTransaction implements ReadTransaction {
  private pid?: string;

  constructor(
    private readonly client: Client,
    private readonly connections: Connections<Client>,
    private readonly limit: ReadLimit,
  ) {}

  // In one message; the process is asked for in the transaction, as behind a pooler it is this one only as long as that lasts.
  async begin(): Promise<void> {
    const timeout = millisecondsUntil(this.limit.deadline) + SERVER_MARGIN_MS;
    const results: unknown = await this.queryOn(
      this.client,
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = ${timeout}; SELECT pg_backend_pid() AS pid`,
    );
    this.pid = (results as { rows: { pid: string }[] }[])[2].rows[0].pid;
  }

  async run({ sql, values }: ReadStatement): Promise<ReadRow[]> {
    const { rows } = await this.queryOn(this.client, sql, values);
    // Taken out of what pg holds: its results hold on to one another until a full collection of garbage, and so would these rows.
    return rows.splice(0) as ReadRow[];
  }

  elsewhere(work: (kill: () => Promise<unknown>) => Promise<unknown>): Promise<unknown> {
    return this.connections.use(lastMomentOf(this.limit), (other) =>
      work(async () => {
        if (this.pid !== undefined) await this.queryOn(other, 'SELECT pg_cancel_backend($1)', [this.pid]);
      }),
    );
  }

  rollback(): Promise<unknown> {
    return this.queryOn(this.client, 'ROLLBACK');
  }

  private queryOn(client: Client, text: string, values?: readonly unknown[]) {
    return client.query({ text, values, types: AS_TEXT, query_timeout: millisecondsUntil(lastMomentOf(this.limit)) });
  }
}
