import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { type FeedPosition, type FeedStart, noPosition } from '../../../storage/event-feed.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import { mysqlDatabaseOf } from '../database-of.js';
import { feedTableName } from '../feed-names.js';
import { columnsToRead, type Extent, type FeedRow, type FeedTable } from '../feed-table.js';
import { firstNotEarly, MAX_SKEW_MS } from '../first-since.js';
import { ROWS_LEFT_OUT } from '../driver-error.js';
import { openTable } from '../open-table.js';
import { sqlTime, withIsoTimes } from '../sql-times.js';
import { qualifiedName } from '../table-name.js';
import type { MysqlDatabase, Session } from './database.js';
import { readAs } from './event-table.js';
import { isLocked } from './error-codes.js';
import { GATES, lockGate } from './feed-gates.js';

/** How long a reader waits at a gate: a little longer than one is open to writers. */
const PATIENCE_MS = 250;
const RETRY_MS = 5;

type NumberedRow = EventRow & { feed_number: string };

/** Gives on the events with numbers up to one below which all writers have ended. */
export class MysqlFeedTable implements FeedTable {
  private readonly database: MysqlDatabase;
  private shareLock?: string;
  /** All writers with numbers up to it have ended. */
  private settled = 0n;

  constructor(private readonly dataSource: DataSource) {
    this.database = mysqlDatabaseOf(dataSource);
  }

  open(deadline: number): Promise<void> {
    return openTable(this.dataSource, this.database, [...COLUMNS, 'feed_number'], deadline);
  }

  async start(from: FeedStart, deadline: number): Promise<FeedPosition> {
    if (from === 'beginning') return '0';
    const last = await this.last(deadline);
    while (!(await this.settle(last, deadline))) if (performance.now() > deadline) throw held();
    if (from === 'now') return String(last);
    return String((await this.firstSince(from, last, deadline)) ?? last);
  }

  async read(after: FeedPosition, limit: number, deadline: number, extent: Extent = 'whole'): Promise<FeedRow[]> {
    const place = numberOf(after);
    if (this.settled <= place) {
      const last = await this.last(deadline);
      if (last < place) await this.checkGiven(place, deadline);
      if (last <= place || !(await this.settle(last, deadline))) return [];
    }
    return this.readSettled(place, limit, deadline, extent);
  }

  /** What is committed, of which `read()` may not give the last yet. */
  async count(after: FeedPosition, atMost: number, deadline: number): Promise<number> {
    const place = numberOf(after);
    const following = `SELECT 1 FROM ${this.table} WHERE feed_number > ? LIMIT ${atMost}`;
    const sql = `SELECT CAST(COUNT(*) AS CHAR) AS found FROM (${following}) AS following`;
    const [{ found }] = await this.query<{ found: string }>(sql, [after], deadline);
    if (found === '0' && (await this.last(deadline)) < place) await this.checkGiven(place, deadline);
    return Number(found);
  }

  placeOf(position: FeedPosition): readonly bigint[] {
    return [numberOf(position)];
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }

  private get table(): string {
    return qualifiedName(this.dataSource);
  }

  /** The highest number that is committed; lower ones may not be yet. */
  private async last(deadline: number): Promise<bigint> {
    const sql = `SELECT CAST(COALESCE(MAX(feed_number), 0) AS CHAR) AS last FROM ${this.table}`;
    const [{ last }] = await this.query<{ last: string }>(sql, [], deadline);
    return BigInt(last);
  }

  /** Whether all writers with numbers up to `last`, which is committed, have ended. */
  private async settle(last: bigint, deadline: number): Promise<boolean> {
    for (const gate of GATES) if (!(await this.pass(gate, deadline))) return false;
    if (last > this.settled) this.settled = last;
    return true;
  }

  private async pass(gate: string, deadline: number): Promise<boolean> {
    const sql = lockGate(feedTableName(this.dataSource));
    for (const end = performance.now() + PATIENCE_MS; ; await delay(RETRY_MS)) {
      const rows = await this.unlessLocked(deadline, ({ query }) => query({ sql, values: [gate] }));
      if (rows?.length === 0) throw Object.assign(new Error('no gate'), { code: ROWS_LEFT_OUT });
      if (rows !== undefined) return true;
      if (performance.now() > end) return false;
    }
  }

  /**
   * Locks what it reads: writers that do not go through the gates (those of an earlier version, and SQL of the host) hold up what
   * they have inserted. The range ends before the last row, as it would lock the next one too, which may not be committed.
   */
  private async readSettled(after: bigint, limit: number, deadline: number, extent: Extent): Promise<FeedRow[]> {
    const columns = `${columnsToRead(extent, readAs)}, CAST(feed_number AS CHAR) AS feed_number`;
    const share = await this.share(deadline);
    const select = (where: string) => `SELECT ${columns} FROM ${this.table} AS stored WHERE ${where} LIMIT ${limit} ${share}`;
    const range = select('stored.feed_number > ? AND stored.feed_number < ? ORDER BY stored.feed_number');
    const settled = String(this.settled);
    const rows = await this.unlessLocked<NumberedRow>(deadline, async ({ query }) => {
      const found = (await query({ sql: range, values: [String(after), settled] })) as NumberedRow[];
      if (found.length === limit) return found;
      return found.concat((await query({ sql: select('stored.feed_number = ?'), values: [settled] })) as NumberedRow[]);
    });
    return (rows ?? []).map(({ feed_number, ...row }) => ({ row: withIsoTimes(row), position: feed_number }));
  }

  /** Undefined: a writer holds what is to be locked. */
  private unlessLocked<R>(deadline: number, read: (session: Session) => Promise<unknown>): Promise<R[] | undefined> {
    return this.database.use(deadline, async (session) => {
      try {
        return (await read(session)) as R[];
      } catch (error) {
        if (isLocked(Number((error as { errno?: unknown }).errno))) return undefined;
        throw error;
      } finally {
        // Where the host has switched autocommit off, the locks would stay.
        await session.query({ sql: 'ROLLBACK AND NO CHAIN NO RELEASE' });
      }
    });
  }

  /** MySQL takes NOWAIT only with words of its own. */
  private async share(deadline: number): Promise<string> {
    if (this.shareLock !== undefined) return this.shareLock;
    const [{ version }] = await this.query<{ version: string }>('SELECT VERSION() AS version', [], deadline);
    return (this.shareLock = /mariadb/i.test(version) ? 'LOCK IN SHARE MODE NOWAIT' : 'FOR SHARE NOWAIT');
  }

  private async firstSince(time: Date, last: bigint, deadline: number): Promise<bigint | undefined> {
    const from = (where: string) => `${this.table} WHERE feed_number >= ? AND ${where} ORDER BY feed_number LIMIT 1`;
    const early = `SELECT CAST(received_at < ? AS CHAR) AS early FROM ${from('TRUE')}`;
    const skewed = sqlTime(new Date(time.getTime() - MAX_SKEW_MS).toISOString());
    const low = await firstNotEarly(1n, last, async (number) => {
      const [first] = await this.query<{ early: string }>(early, [skewed, String(number)], deadline);
      return first?.early === '1';
    });
    const first = `SELECT CAST(feed_number AS CHAR) AS number FROM ${from('received_at >= ?')}`;
    const [found] = await this.query<{ number: string }>(first, [String(low), sqlTime(time.toISOString())], deadline);
    return found && BigInt(found.number) - 1n;
  }

  /** What lies beyond the end was given before the database was put back to an earlier state: what came since would be missed. */
  private async checkGiven(place: bigint, deadline: number): Promise<void> {
    const [created] = await this.query<Record<string, string>>(`SHOW CREATE TABLE ${this.table}`, [], deadline);
    const next = /\bAUTO_INCREMENT=(\d+)/.exec(created['Create Table'])?.[1] ?? '1';
    if (place >= BigInt(next)) throw noPosition();
  }

  private async query<R>(sql: string, values: string[], deadline: number): Promise<R[]> {
    return (await this.database.run<R>({ sql, values }, deadline)).rows;
  }
}

function numberOf(position: FeedPosition): bigint {
  if (!/^(?:0|[1-9]\d{0,17})$/.test(position)) throw noPosition();
  return BigInt(position);
}

function held(): Error {
  return Object.assign(new Error('A writer holds the gate'), { code: 'ETIMEDOUT' });
}
