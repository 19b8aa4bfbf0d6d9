import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { qualifiedName } from '../../table-name.js';
import type { PostgresDatabase } from '../database.js';
import { literal } from '../literal.js';
import { dayText, TODAY } from './day-column.js';

const RETRY_MS = 5;

/**
 * The day that rows are stored under. Two statements with one id and two days would both find it new, as neither sees what the other
 * has not committed. So a statement holds a shared lock of its day until it ends, and looks at the clock once it has it: what still
 * has the lock of another day after midnight is waited for, and nobody can take that lock any more. It is once a day and process.
 */
export class SettledDay {
  /** SQL of whether it still is the day of a parameter; from then on it is that day's until the statement ends. */
  readonly isStill: (parameter: string) => string;
  private readonly classId: string;
  private settled?: string;

  constructor(
    dataSource: DataSource,
    private readonly database: PostgresDatabase,
  ) {
    // Of this table alone, however it is named: a database may have several, by prefix or schema.
    this.classId = `hashoid(${literal(qualifiedName(dataSource))}::regclass)`;
    this.isStill = (parameter) =>
      `CASE WHEN pg_advisory_xact_lock_shared(${this.classId}, ${numberOf(parameter)}) IS NOT NULL THEN ${TODAY} = ${parameter} END`;
  }

  /** The day that it is. What was stored under another one is committed before it resolves. */
  async current(deadline: number): Promise<string> {
    return (this.settled ??= await this.settle(deadline));
  }

  /** To be told where a day has turned out to be over. */
  end(day: string): void {
    if (this.settled === day) this.settled = undefined;
  }

  private async settle(deadline: number): Promise<string> {
    const { day } = await this.ask<{ day: string }>(`SELECT ${dayText(TODAY)} AS day`, deadline);
    while ((await this.ask<{ held: string }>(this.othersSql(day), deadline)).held !== '0') {
      if (performance.now() > deadline)
        throw Object.assign(new Error('A writer of another day has not ended'), { code: 'ETIMEDOUT' });
      await delay(RETRY_MS);
    }
    return day;
  }

  private othersSql(day: string): string {
    // As pg_locks has them: unsigned, and 2 for a pair of numbers.
    const isOurs = `classid = (${this.classId}::bigint & 4294967295)::oid AND objsubid = 2 AND objid <> ${numberOf(`DATE '${day}'`)}::oid`;
    return (
      `SELECT count(*)::text AS held FROM pg_locks WHERE locktype = 'advisory' AND granted AND ${isOurs} ` +
      'AND database = (SELECT oid FROM pg_database WHERE datname = current_database())'
    );
  }

  private async ask<R>(sql: string, deadline: number): Promise<R> {
    return (await this.database.run<R>({ sql }, deadline)).rows[0];
  }
}

function numberOf(day: string): string {
  return `(${day} - DATE '2000-01-01')`;
}
