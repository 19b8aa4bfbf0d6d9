import type { DataSource } from 'typeorm';
import { Connections } from '../connections.js';
import type { Database, Result, TextRow } from '../database.js';
import { faultOf } from './fault-of.js';
import { OpenTransaction } from '../open-transaction.js';
import { isMissing } from './error-codes.js';
import { type Connection, MysqlPool } from './pool.js';
import { leavesTransactionOpen, type MysqlStatement, run } from './run.js';
import { checkServerSettings } from './server-settings.js';

/** One connection, while it is ours. */
export interface Session {
  /** A statement that is quoted here. */
  query(statement: MysqlStatement): Promise<unknown>;
  /** One that is prepared, where the server does that: quoting megabytes in the process would hold the event loop. */
  execute(statement: MysqlStatement): Promise<unknown>;
}

/** MySQL and MariaDB. */
export class MysqlDatabase implements Database {
  private prepares = true;
  private readonly connections: Connections<Connection>;

  constructor(dataSource: DataSource) {
    const pool = new MysqlPool(dataSource, (connection) => this.connections.noteOpened(connection));
    this.connections = new Connections(pool, faultOf);
  }

  checkSettings(deadline: number): Promise<void> {
    return checkServerSettings(this, deadline);
  }

  async run<R = TextRow>(statement: MysqlStatement, deadline: number): Promise<Result<R>> {
    const result = await this.use(deadline, ({ query }) => query(statement));
    if (Array.isArray(result)) return { rows: result as R[], affected: 0 };
    const { affectedRows, insertId } = result as { affectedRows: number; insertId: unknown };
    return { rows: [], affected: affectedRows, insertId: Number(insertId) };
  }

  runAll(statements: readonly MysqlStatement[], deadline: number): Promise<void> {
    return this.use(deadline, async ({ query }) => {
      await query({ sql: 'START TRANSACTION' });
      try {
        for (const statement of statements) await query(statement);
        // Else `completion_type` of the host would begin the next transaction, and nobody would end that one.
        await query({ sql: 'COMMIT AND NO CHAIN NO RELEASE' });
      } catch (error) {
        await query({ sql: 'ROLLBACK AND NO CHAIN NO RELEASE' }).catch(() => undefined);
        throw error;
      }
    });
  }

  /** `work` may run twice, so it must be all or nothing. */
  use<T>(deadline: number, work: (session: Session) => Promise<T>): Promise<T> {
    return this.connections.use(deadline, async (connection) => {
      const prepared = this.prepares && connection.execute ? 'execute' : 'query';
      let last: unknown;
      const runBy = (how: 'query' | 'execute') => async (statement: MysqlStatement) =>
        (last = await run(connection, how, statement, deadline));
      try {
        const result = await work({ query: runBy('query'), execute: runBy(prepared) });
        if (leavesTransactionOpen(last)) throw new OpenTransaction();
        return result;
      } catch (error) {
        // For good: behind a proxy, or at the server's limit of statements, the next one would fail as this one did.
        if (faultOf(error) === 'unprepared') this.prepares = false;
        throw error;
      }
    });
  }

  parameter(): string {
    return '?';
  }

  keyTime(column: string): string {
    return column;
  }

  isMissingTable(error: unknown): boolean {
    return isMissing(Number((error as { errno?: unknown } | null)?.errno));
  }

  isUnavailable(error: unknown): boolean {
    return faultOf(error) !== 'permanent';
  }
}
