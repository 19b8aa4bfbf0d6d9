import type { DataSource } from 'typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Result, Statement, TextRow } from '../database.js';
import { codeOf } from '../driver-error.js';
import { millisecondsUntil } from '../with-connection.js';
import { type Connection, refuseOpenTransaction } from './connection.js';
import { isPermanent } from './error-codes.js';

/** How long a statement may hold the event loop while another process writes, before others get their turn. */
const BUSY_TIMEOUT_MS = 200;
const RETRY_MS = 20;

/** SQLite through better-sqlite3, on the one connection that the data source has. */
export class SqliteDatabase implements Database {
  constructor(private readonly dataSource: DataSource) {}

  /** A data source that was destroyed and initialised again has another one. */
  get connection(): Connection {
    return (this.dataSource.driver as unknown as { databaseConnection: Connection }).databaseConnection;
  }

  // There are none that change what is stored; those of durability are set with the table of events.
  async checkSettings(): Promise<void> {}

  run<R = TextRow>(statement: Statement, deadline: number): Promise<Result<R>> {
    return this.patiently(deadline, () => this.runNow<R>(statement));
  }

  /** The rows of a statement that reads, each as the list of its values: objects of them take twice as long. */
  readLists({ sql, values = [] }: Statement, deadline: number): Promise<(string | null)[][]> {
    return this.patiently(deadline, () => {
      const prepared = this.connection.prepare(sql).raw(true);
      return prepared.all(...values) as (string | null)[][];
    });
  }

  runAll(statements: readonly Statement[], deadline: number): Promise<void> {
    return this.patiently(deadline, () => {
      refuseOpenTransaction(this.connection);
      const runAll = () => statements.forEach(({ sql, values }) => this.runNow({ sql, values }));
      this.connection.transaction(runAll).immediate(undefined);
    });
  }

  private async patiently<T>(deadline: number, work: () => T): Promise<T> {
    for (;;) {
      try {
        return this.whileNotTooBusy(deadline, work);
      } catch (error) {
        if (!codeOf(error).startsWith('SQLITE_BUSY') || millisecondsUntil(deadline) <= RETRY_MS) throw error;
      }
      await delay(RETRY_MS);
    }
  }

  /** Does something with the connection; a write of another process holds it up for 200 ms at most. */
  whileNotTooBusy<T>(deadline: number, work: () => T): T {
    const { connection } = this;
    const timeout = connection.pragma('busy_timeout', { simple: true });
    connection.pragma(`busy_timeout = ${Math.min(BUSY_TIMEOUT_MS, millisecondsUntil(deadline))}`);
    try {
      return work();
    } finally {
      connection.pragma(`busy_timeout = ${timeout}`);
    }
  }

  parameter(): string {
    return '?';
  }

  keyTime(column: string): string {
    return column;
  }

  isMissingTable(error: unknown): boolean {
    return /no such (?:table|column)/.test((error as Error)?.message ?? '');
  }

  isUnavailable(error: unknown): boolean {
    const code = codeOf(error);
    if (code.startsWith('SQLITE_')) return !isPermanent(code);
    return /connection is not open/.test((error as Error)?.message ?? '');
  }

  private runNow<R>({ sql, values = [], isOurs }: Statement): Result<R> {
    if (isOurs) refuseOpenTransaction(this.connection);
    const prepared = this.connection.prepare(sql);
    if (prepared.reader) return { rows: prepared.all(...values) as R[], affected: 0 };
    return { rows: [], affected: prepared.run(...values).changes };
  }
}
