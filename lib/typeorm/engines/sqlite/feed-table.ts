import type { DataSource } from 'typeorm';
import { type FeedPosition, type FeedStart, noPosition } from '../../../storage/event-feed.js';
import { COLUMNS, rowOf } from '../../events/event-columns.js';
import { sqliteDatabaseOf } from '../database-of.js';
import { codeOf } from '../driver-error.js';
import { feedTableName } from '../feed-names.js';
import { columnsToRead, type Extent, type FeedRow, type FeedTable } from '../feed-table.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import { type MarkedRow, markedRows, unmarked } from '../erasure-marks.js';
import { openTable } from '../open-table.js';
import { sqlTime, withIsoTimes } from '../sql-times.js';
import { qualifiedName } from '../table-name.js';
import { refuseOpenTransaction } from './connection.js';
import type { SqliteDatabase } from './database.js';
import { FeedNumbers } from './feed-numbers.js';

type NumberedRow = MarkedRow & { place: string };

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
    const last = this.lastAfter(after, deadline);
    if (last === undefined) return [];
    // Not one statement that merges the tables, which copies each row: up to there, both have all that they will ever have.
    const stored = await this.readStored([after, last, String(limit)], deadline, extent);
    const erased = extent === 'whole' ? await this.readErased([after, last, String(limit)], deadline) : [];
    if (erased.length === 0) return stored;
    return [...stored, ...erased].toSorted((a, b) => Number(BigInt(a.position) - BigInt(b.position))).slice(0, limit);
  }

  async count(after: FeedPosition, atMost: number, deadline: number): Promise<number> {
    if (this.lastAfter(after, deadline) === undefined) return 0;
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

  private async readStored(values: string[], deadline: number, extent: Extent): Promise<FeedRow[]> {
    const sql = `SELECT ${columnsToRead(extent, String)}, CAST(feed_number AS text) AS place FROM ${this.table} WHERE ${pageOf('feed_number')}`;
    const rows = await this.database.readLists({ sql, values }, deadline);
    return rows.map((cells) => ({ row: withIsoTimes(rowOf(cells)), position: cells[COLUMNS.length]! }));
  }

  private async readErased(values: string[], deadline: number): Promise<FeedRow[]> {
    const { columns, from, isTold } = this.marked;
    const sql = `SELECT ${columns}, CAST(erased.feed_number AS text) AS place FROM ${from} WHERE ${isTold} AND ${pageOf('erased.feed_number')}`;
    const rows = await this.query<NumberedRow>(sql, values, deadline);
    return rows.map((row) => unmarked(row, row.place, withIsoTimes));
  }

  /**
   * The last place; undefined where nothing follows, which is one statement, as polls ask it again and again. A position beyond the
   * end was given before the database was put back to an earlier state: what came since would be missed.
   */
  private lastAfter(after: FeedPosition, deadline: number): string | undefined {
    const number = numberOf(after);
    const last = BigInt(this.numberAll(deadline));
    if (number > last) throw noPosition();
    return number === last ? undefined : String(last);
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

/** SQL of a page: after a place, up to another, at most so many. */
function pageOf(number: string): string {
  return `${number} > CAST(? AS integer) AND ${number} <= CAST(? AS integer) ORDER BY ${number} LIMIT CAST(? AS integer)`;
}

function numberOf(position: FeedPosition): bigint {
  if (!/^(?:0|[1-9]\d{0,17})$/.test(position)) throw noPosition();
  return BigInt(position);
}
