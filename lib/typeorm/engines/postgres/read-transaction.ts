import { randomUUID } from 'node:crypto';
import type { Connections } from '../connections.js';
import type { ReadRow, ReadStatement } from '../../../sql/read-statement.interface.js';
import type { ReadLimit } from '../read-limit.js';
import { lastMomentOf, type ReadTransaction, SERVER_MARGIN_MS } from '../read-transaction.js';
import { millisecondsUntil } from '../with-connection.js';
import { AS_TEXT } from './database.js';
import type { Client } from './pool.js';
import { runAtOnce, type Step, takesStatementsAtOnce } from './statements-at-once.js';

const BEGIN = { sql: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', values: [] };
const ROLLBACK = { sql: 'ROLLBACK', values: [] };

const PROCESS = randomUUID();
let transactions = 0;

/** Which clients are connected to the server itself, as far as it is known, and not to a pooler. */
const direct = new WeakMap<Client, boolean>();

/** A transaction of PostgreSQL that only reads. */
export class PostgresReadTransaction implements ReadTransaction {
  /**
   * Stands before each statement, and tells the server which one to stop. The number of the process would not: behind a pooler it
   * may be another client's soon, and to ask for it takes a turn of its own.
   */
  private readonly mark = `/* event log ${PROCESS} ${++transactions} */`;
  private hasBegun = false;
  private hasEnded = false;

  constructor(
    private readonly client: Client,
    private readonly connections: Connections<Client>,
    private readonly limit: ReadLimit,
  ) {}

  readonly run = async ({ sql, values }: ReadStatement, isLast = false): Promise<ReadRow[]> => {
    const rows: ReadRow[] = [];
    const first = this.hasBegun ? [] : [BEGIN, this.serverLimit(), ...this.lookAtServer()];
    const ends = isLast && direct.get(this.client) === true;
    this.hasBegun = true;
    await this.runInOrder([
      ...first,
      { sql: `${this.mark} ${sql}`, values, onRow: (row) => rows.push(row) },
      // Behind a pooler, what stops the statement must be over before another client has the process.
      ...(ends ? [ROLLBACK] : []),
    ]);
    this.hasEnded = ends;
    return rows;
  };

  elsewhere(work: (kill: () => Promise<unknown>) => Promise<unknown>): Promise<unknown> {
    const sql = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE starts_with(query, $1) AND state = 'active'`;
    return this.connections.use(lastMomentOf(this.limit), (other) => work(() => this.queryOn(other, sql, [this.mark])));
  }

  async end(): Promise<void> {
    if (this.hasBegun && !this.hasEnded) await this.queryOn(this.client, ROLLBACK.sql);
  }

  /** For a host that was killed or hangs. */
  private serverLimit(): Step {
    return { sql: `SET LOCAL statement_timeout = ${millisecondsUntil(this.limit.deadline) + SERVER_MARGIN_MS}`, values: [] };
  }

  private lookAtServer(): readonly Step[] {
    if (direct.has(this.client)) return [];
    const note = ({ pid }: ReadRow) => void direct.set(this.client, Number(pid) === this.client.processID);
    return [{ sql: 'SELECT pg_backend_pid() AS pid', values: [], onRow: note }];
  }

  private async runInOrder(steps: readonly Step[]): Promise<void> {
    if (takesStatementsAtOnce(this.client)) return runAtOnce(this.client, steps);
    for (const { sql, values, onRow } of steps) {
      const { rows } = await this.queryOn(this.client, sql, values);
      // Taken out of what pg holds: its results hold on to one another until a full collection of garbage, and so would these rows.
      if (onRow !== undefined) for (const row of rows.splice(0)) onRow(row as ReadRow);
    }
  }

  private queryOn(client: Client, text: string, values?: readonly unknown[]) {
    return client.query({ text, values, types: AS_TEXT, query_timeout: millisecondsUntil(lastMomentOf(this.limit)) });
  }
}
