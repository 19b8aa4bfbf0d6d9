import { OpenTransaction } from '../open-transaction.js';
import type { ReadRow, ReadStatement } from '../../../sql/read-statement.interface.js';
import type { ReadLimit } from '../read-limit.js';
import { lastMomentOf, type ReadTransaction, SERVER_MARGIN_MS } from '../read-transaction.js';
import { millisecondsUntil } from '../with-connection.js';
import type { MysqlDatabase } from './database.js';
import type { Session } from './session.js';
import { IN_TRANSACTION } from './error-codes.js';

/** A transaction of MariaDB that only reads. */
export class MysqlReadTransaction implements ReadTransaction {
  private hasBegun = false;
  private id?: string;

  constructor(
    private readonly session: Session,
    private readonly database: MysqlDatabase,
    private readonly limit: ReadLimit,
  ) {}

  async run({ sql, values }: ReadStatement): Promise<ReadRow[]> {
    if (!this.hasBegun) await this.begin();
    return (await this.session.query({ sql: this.timed(sql), values })) as ReadRow[];
  }

  elsewhere(work: (kill: () => Promise<unknown>) => Promise<unknown>): Promise<unknown> {
    return this.database.use(lastMomentOf(this.limit), ({ query }) =>
      work(async () => {
        if (this.id !== undefined) await query({ sql: `KILL QUERY ${Number(this.id)}` });
      }),
    );
  }

  // Else `completion_type` of the host would begin the next transaction, and nobody would end that one.
  end(): Promise<unknown> {
    return this.session.query({ sql: 'ROLLBACK AND NO CHAIN NO RELEASE' });
  }

  private async begin(): Promise<void> {
    this.hasBegun = true;
    await this.setIsolation();
    await this.session.query({ sql: 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY' });
    const sql = 'SELECT CAST(CONNECTION_ID() AS CHAR) AS id';
    const [{ id }] = (await this.session.query({ sql })) as { id: string }[];
    this.id = id;
  }

  // Of the next transaction alone. In an open one it is refused, whereas START TRANSACTION would commit what is the host's.
  private async setIsolation(): Promise<void> {
    try {
      await this.session.query({ sql: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' });
    } catch (error) {
      throw (error as { errno?: unknown }).errno === IN_TRANSACTION ? new OpenTransaction() : error;
    }
  }

  /** With the limit of the server. */
  private timed(sql: string): string {
    const timeout = millisecondsUntil(this.limit.deadline) + SERVER_MARGIN_MS;
    return `SET STATEMENT max_statement_time = ${timeout / 1_000} FOR ${sql}`;
  }
}
