import type { DataSource } from 'typeorm';
import { type FeedPosition, type FeedStart, noPosition } from '../../../storage/event-feed.js';
import { COLUMNS } from '../../events/event-columns.js';
import { sqliteDatabaseOf } from '../database-of.js';
import { codeOf } from '../driver-error.js';
import { feedTableName } from '../feed-names.js';
import { columnsToRead, type Extent, type FeedRow, type FeedTable } from '../feed-table.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import { type MarkedRow, markedRows, NO_MARK, unmarked } from '../erasure-marks.js';
import { openTable } from '../open-table.js';
import { sqlTime, withIsoTimes } from '../sql-times.js';
import { qualifiedName } from '../table-name.js';
import { refuseOpenTransaction } from './connection.js';
import type { SqliteDatabase } from './database.js';
import { FeedNumbers } from './feed-numbers.js';

type NumberedRow = MarkedRow & { feed_number: string };

/** SQLite lets one transaction write at a time, and rows are numbered in it: the order of numbers is that of commits. */
export class SqliteFeedTable implements FeedTable {
  private readonly database: SqliteDatabase;
  private readonly last: string;

  constructor(private readonly dataSource: DataSource) {
    this.database = sqliteDatabaseOf(dataSource);
    this.last = `(SELECT last FROM ${feedTableName(dataSource)})`;
  }

  async open(deadline: number): Promise<void> {
    await openTable(this.dataSource, this.database, [...COLUMNS, 'feed_number'], deadline);
    await openTable(this.dataSource, this.database, [...ERASURE_COLUMNS, 'feed_number'], deadline, ERASURES);
  }

  async start(from: FeedStart, deadline: number): Promise<FeedPosition> {
    if (from === 'beginning') return '0';
    this.numberAll(deadline);
    const sql =
      from === 'now'
        ? `SELECT CAST(${this.last} AS text) AS position`
        : `SELECT CAST(coalesce(min(number), ${this.last}) AS text) AS position FROM ` +
          `(SELECT min(feed_number) - 1 AS number FROM ${this.table} WHERE received_at >= ? ` +
          `UNION ALL SELECT min(feed_number) - 1 FROM ${this.erasures} WHERE erased_at >= ?)`;
    const values = from instanceof Date ? [sqlTime(from.toISOString()), from.toISOString()] : [];
    const [{ position }] = await this.query<{ position: string }>(sql, values, deadline);
    return position;
  }

  async read(after: FeedPosition, limit: number, deadline: number, extent: Extent = 'whole'): Promise<FeedRow[]> {
    if (this.isEnd(after, deadline)) return [];
    const { columns, from, isTold } = this.marked;
    const number = (of: string) => `${of}feed_number AS place, CAST(${of}feed_number AS text) AS feed_number`;
    const isAfter = (of: string) => `${of}feed_number > CAST(? AS integer)`;
    const stored = `SELECT ${columnsToRead(extent, String)}, ${NO_MARK}, ${number('stored.')} FROM ${this.table} AS stored WHERE ${isAfter('stored.')}`;
    const erased = `SELECT ${columns}, ${number('erased.')} FROM ${from} WHERE ${isAfter('erased.')} AND ${isTold}`;
    const selects = extent === 'whole' ? [stored, erased] : [stored];
    const sql = `${selects.join(' UNION ALL ')} ORDER BY place LIMIT CAST(? AS integer)`;
    const values = [...selects.map(() => after), String(limit)];
    const rows = await this.query<NumberedRow & { place: unknown }>(sql, values, deadline);
    return rows.map(({ feed_number, place: _place, ...row }) => unmarked(row, feed_number, withIsoTimes));
  }

  async count(after: FeedPosition, atMost: number, deadline: number): Promise<number> {
    if (this.isEnd(after, deadline)) return 0;
    const { from, isTold } = this.marked;
    const following =
      `SELECT 1 FROM ${this.table} WHERE feed_number > CAST(? AS integer) ` +
      `UNION ALL SELECT 1 FROM ${from} WHERE erased.feed_number > CAST(? AS integer) AND ${isTold} LIMIT CAST(? AS integer)`;
    const sql = `SELECT CAST(count(*) AS text) AS found FROM (${following})`;
    const [{ found }] = await this.query<{ found: string }>(sql, [after, after, String(atMost)], deadline);
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

  private get erasures(): string {
    return qualifiedName(this.dataSource, ERASURES);
  }

  private get marked() {
    return markedRows({ erasures: this.erasures, events: this.table }, (column) => column, 'erased.erased_at');
  }

  /**
   * Whether nothing follows, which is one statement, as polls ask it again and again. A position beyond the end was given before
   * the database was put back to an earlier state: what came since would be missed.
   */
  private isEnd(after: FeedPosition, deadline: number): boolean {
    const number = numberOf(after);
    const last = BigInt(this.numberAll(deadline));
    if (number > last) throw noPosition();
    return number === last;
  }

  /** Numbers the rows that came without; tells the highest number. */
  private numberAll(deadline: number): number {
    const { connection } = this.database;
    // The host has the same connection: in its open transaction we would see rows that may never be committed.
    refuseOpenTransaction(connection);
    const numbers = new FeedNumbers(connection, this.table, feedTableName(this.dataSource));
    const { last, areMissing } = numbers.end;
    if (!areMissing) return last;
    try {
      this.database.whileNotTooBusy(deadline, () => connection.transaction(() => numbers.numberOthers()).immediate(undefined));
    } catch (error) {
      if (!codeOf(error).startsWith('SQLITE_BUSY')) throw error; // another process writes: they have to wait
    }
    return numbers.last;
  }

  private async query<R>(sql: string, values: string[], deadline: number): Promise<R[]> {
    return (await this.database.run<R>({ sql, values }, deadline)).rows;
  }
}

function numberOf(position: FeedPosition): bigint {
  if (!/^(?:0|[1-9]\d{0,17})$/.test(position)) throw noPosition();
  return BigInt(position);
}
