import type { DataSource } from 'typeorm';
import { Connections } from '../connections.js';
import type { Database, Result, TextRow } from '../database.js';
import { faultOf } from './fault-of.js';
import { OpenTransaction } from '../open-transaction.js';
import { isMissing } from './error-codes.js';
import { type Connection, MysqlPool } from './pool.js';
import { leavesTransactionOpen, type MysqlStatement, run } from './run.js';
import { checkServerSettings } from './server-settings.js';
import { inTransaction, type Session } from './session.js';

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
    return this.use(deadline, (session) =>
      inTransaction(session, async () => {
        for (const statement of statements) await session.query(statement);
      }),
    );
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
