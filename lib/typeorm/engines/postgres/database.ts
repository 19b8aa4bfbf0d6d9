import type { DataSource } from 'typeorm';
import { Connections } from '../connections.js';
import type { Database, Result, TextRow } from '../database.js';
import { codeOf } from '../driver-error.js';
import { OpenTransaction } from '../open-transaction.js';
import { millisecondsUntil } from '../with-connection.js';
import { isMissing } from './error-codes.js';
import { faultOf } from './fault-of.js';
import { type Client, isInTransaction, PostgresPool } from './pool.js';
import { checkServerSettings } from './server-settings.js';

/** A statement, with values as pg takes them, and prepared where it has a name. */
export interface PostgresStatement {
  sql: string;
  values?: readonly unknown[];
  name?: string;
}

/** Whatever parsers the host has set, each value is read as its text. */
export const AS_TEXT = { getTypeParser: () => String };

/** PostgreSQL, below TypeORM, which would log statements with their parameters, and can't name a prepared one. */
export class PostgresDatabase implements Database {
  private prepares = true;
  readonly connections: Connections<Client>;

  constructor(dataSource: DataSource) {
    const pool = new PostgresPool(dataSource, (client) => this.connections.noteOpened(client));
    this.connections = new Connections(pool, faultOf);
  }

  checkSettings(deadline: number): Promise<void> {
    return checkServerSettings(this, deadline);
  }

  run<R = TextRow>(statement: PostgresStatement, deadline: number): Promise<Result<R>> {
    return this.connections.use(deadline, async (client) => {
      try {
        const { rows, rowCount } = await client.query(this.queryOf(statement, deadline));
        if (isInTransaction(client)) throw new OpenTransaction();
        return { rows: rows as R[], affected: rowCount ?? 0 };
      } catch (error) {
        // For good: behind a pooler that shares its connections, the next name would fail as this one did.
        if (faultOf(error) === 'unprepared') this.prepares = false;
        throw error;
      }
    });
  }

  runAll(statements: readonly PostgresStatement[], deadline: number): Promise<void> {
    return this.connections.use(deadline, async (client) => {
      // What we commit would be the host's.
      if (isInTransaction(client)) throw new OpenTransaction();
      const run = (statement: PostgresStatement) => client.query(this.queryOf(statement, deadline));
      try {
        for (const statement of [{ sql: 'BEGIN' }, ...statements, { sql: 'COMMIT' }]) await run(statement);
      } catch (error) {
        await run({ sql: 'ROLLBACK' }).catch(() => undefined);
        throw isInTransaction(client) ? new OpenTransaction() : error;
      }
    });
  }

  parameter(number: number): string {
    return `$${number}`;
  }

  // Of infinity, to_char() makes null, which would be no limit.
  keyTime(column: string): string {
    return `CASE WHEN isfinite(${column}) THEN ${utcText(column)} ELSE ${column}::text END AS ${column}`;
  }

  isMissingTable(error: unknown): boolean {
    return isMissing(codeOf(error));
  }

  isUnavailable(error: unknown): boolean {
    return faultOf(error) !== 'permanent';
  }

  private queryOf({ sql, values, name }: PostgresStatement, deadline: number): object {
    const named = name !== undefined && this.prepares;
    return { text: sql, values, types: AS_TEXT, ...(named && { name }), query_timeout: millisecondsUntil(deadline) };
  }
}

/** SQL of a time as RFC 3339 text in UTC, whatever DateStyle and TimeZone are. */
export function utcText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
