import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { type FeedPosition, type FeedStart, noPosition } from '../../../storage/event-feed.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import { mysqlDatabaseOf } from '../database-of.js';
import { feedTableName } from '../feed-names.js';
import { columnsToRead, type Extent, type FeedRow, type FeedTable } from '../feed-table.js';
import { type MarkedRow, markedRows, unmarked } from '../erasure-marks.js';
import { firstNotEarly, MAX_SKEW_MS } from '../first-since.js';
import { ROWS_LEFT_OUT } from '../driver-error.js';
import { openTable } from '../open-table.js';
import { sqlTime, withIsoTimes } from '../sql-times.js';
import { qualifiedName } from '../table-name.js';
import type { MysqlDatabase } from './database.js';
import type { Session } from './session.js';
import { readAs } from './event-table.js';
import { isLocked } from './error-codes.js';
import { GATES, lockGate } from './feed-gates.js';
import { FIRST_PLACE, isBefore, type Place, placeOf, positionOf } from './feed-place.js';
import { nextNumber } from './next-number.js';

/** How long a reader waits at a gate: a little longer than one is open to writers. */
const PATIENCE_MS = 250;
const RETRY_MS = 5;

const PLACE_NAMES = ['number', 'erased_after', 'erasure'] as const;
/** Of erasures, those after the place that `afterValues()` gives. */
const AFTER_PLACE = '(erased.feed_after > ? OR (erased.feed_after = ? AND erased.feed_number > ?))';

type NumberedRow = EventRow & { feed_number: string };
type PlacedMark = MarkedRow & { feed_after: string; feed_number: string };

/**
 * Gives on the events with numbers up to one below which all writers have ended, and what was erased. That is written while nobody
 * passes a gate, so it comes after all events that had a number by then, and those that follow are numbered in the order of commits.
 */
export class MysqlFeedTable implements FeedTable {
  private readonly database: MysqlDatabase;
  private shareLock?: string;
  /** All writers with numbers up to it have ended. */
  private settled = FIRST_PLACE;
  private lastErasure = FIRST_PLACE;

  constructor(private readonly dataSource: DataSource) {
    this.database = mysqlDatabaseOf(dataSource);
  }

  async open(deadline: number): Promise<void> {
    await openTable(this.dataSource, this.database, [...COLUMNS, 'feed_number'], deadline);
    await openTable(this.dataSource, this.database, [...ERASURE_COLUMNS, 'feed_after', 'feed_number'], deadline, ERASURES);
  }

  async start(from: FeedStart, deadline: number): Promise<FeedPosition> {
    if (from === 'beginning') return '0';
    const last = await this.last(deadline);
    while (!(await this.settle(last, deadline))) if (performance.now() > deadline) throw held();
    if (from === 'now') return positionOf(last);
    const places = [await this.firstSince(from, last.number, deadline), await this.firstErasedSince(from, deadline)];
    return positionOf(places.reduce<Place>((first, place) => (place && isBefore(place, first) ? place : first), last));
  }

  async read(after: FeedPosition, limit: number, deadline: number, extent: Extent = 'whole'): Promise<FeedRow[]> {
    const place = placeOf(after);
    const rows = isBefore(place, this.settled) ? await this.readKnown(place, limit, deadline, extent) : [];
    // All up to there may have been removed since it was settled.
    return rows.length > 0 ? rows : this.readNew(place, limit, deadline, extent);
  }

  private async readNew(place: Place, limit: number, deadline: number, extent: Extent): Promise<FeedRow[]> {
    const last = await this.last(deadline);
    if (isBefore(last, place)) await this.checkGiven(place, deadline);
    if (!isBefore(place, last) || !(await this.settle(last, deadline))) return [];
    return this.readKnown(place, limit, deadline, extent);
  }

  private async readKnown(place: Place, limit: number, deadline: number, extent: Extent): Promise<FeedRow[]> {
    const isPastEvents = place.number === this.settled.number;
    const rows = isPastEvents ? [] : await this.readSettled(place.number, limit, deadline, extent);
    if (rows === undefined || extent === 'outline' || !isBefore(place, this.lastErasure)) return rows ?? [];
    const erased = await this.readErased(place, limit, deadline);
    const inOrder = [...rows, ...erased].toSorted((a, b) => (isBefore(placeOf(a.position), placeOf(b.position)) ? -1 : 1));
    return inOrder.slice(0, limit);
  }

  /** What is committed, of which `read()` may not give the last yet. */
  async count(after: FeedPosition, atMost: number, deadline: number): Promise<number> {
    const place = placeOf(after);
    const { from, isTold } = this.marked;
    const following =
      `(SELECT 1 FROM ${this.table} WHERE feed_number > ? LIMIT ${atMost}) ` +
      `UNION ALL (SELECT 1 FROM ${from} WHERE ${AFTER_PLACE} AND ${isTold} LIMIT ${atMost}) LIMIT ${atMost}`;
    const sql = `SELECT CAST(COUNT(*) AS CHAR) AS found FROM (${following}) AS following`;
    const values = [String(place.number), ...afterValues(place)];
    const [{ found }] = await this.query<{ found: string }>(sql, values, deadline);
    if (found === '0' && isBefore(await this.last(deadline), place)) await this.checkGiven(place, deadline);
    return Number(found);
  }

  placeOf(position: FeedPosition): readonly bigint[] {
    const { number, erasure } = placeOf(position);
    return [number, erasure];
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
    return markedRows({ erasures: this.erasures, events: this.table }, readAs, 'erased.erased_at');
  }

  /** The last place that is committed; events before it may not be yet. */
  private async last(deadline: number): Promise<Place> {
    const max = (column: string, table: string) => `(SELECT CAST(COALESCE(MAX(${column}), 0) AS CHAR) FROM ${table})`;
    const columns = [max('feed_number', this.table), max('feed_after', this.erasures), max('feed_number', this.erasures)];
    const sql = `SELECT ${columns.map((column, index) => `${column} AS ${PLACE_NAMES[index]}`).join(', ')}`;
    const [place] = await this.query<Record<(typeof PLACE_NAMES)[number], string>>(sql, [], deadline);
    this.lastErasure = { number: BigInt(place.erased_after), erasure: BigInt(place.erasure) };
    const lastEvent = { number: BigInt(place.number), erasure: 0n };
    return isBefore(lastEvent, this.lastErasure) ? this.lastErasure : lastEvent;
  }

  /** Whether all writers with numbers up to `last`, which is committed, have ended. */
  private async settle(last: Place, deadline: number): Promise<boolean> {
    for (const gate of GATES) if (!(await this.pass(gate, deadline))) return false;
    if (isBefore(this.settled, last)) this.settled = last;
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
   * they have inserted. The range ends before the last row, as it would lock the next one too, which may not be committed. Undefined:
   * they hold it still.
   */
  private async readSettled(after: bigint, limit: number, deadline: number, extent: Extent): Promise<FeedRow[] | undefined> {
    const columns = `${columnsToRead(extent, readAs)}, CAST(feed_number AS CHAR) AS feed_number`;
    const share = await this.share(deadline);
    const select = (where: string) => `SELECT ${columns} FROM ${this.table} AS stored WHERE ${where} LIMIT ${limit} ${share}`;
    const range = select('stored.feed_number > ? AND stored.feed_number < ? ORDER BY stored.feed_number');
    const settled = String(this.settled.number);
    const rows = await this.unlessLocked<NumberedRow>(deadline, async ({ query }) => {
      const found = (await query({ sql: range, values: [String(after), settled] })) as NumberedRow[];
      if (found.length === limit) return found;
      return found.concat((await query({ sql: select('stored.feed_number = ?'), values: [settled] })) as NumberedRow[]);
    });
    return rows?.map(({ feed_number, ...row }) => ({ row: withIsoTimes(row), position: feed_number }));
  }

  private async readErased(after: Place, limit: number, deadline: number): Promise<FeedRow[]> {
    const { columns, from, isTold } = this.marked;
    const place = 'CAST(erased.feed_after AS CHAR) AS feed_after, CAST(erased.feed_number AS CHAR) AS feed_number';
    const isSettled = '(erased.feed_after < ? OR (erased.feed_after = ? AND erased.feed_number <= ?))';
    const sql =
      `SELECT ${columns}, ${place} FROM ${from} WHERE ${AFTER_PLACE} AND ${isSettled} AND ${isTold} ` +
      `ORDER BY erased.feed_after, erased.feed_number LIMIT ${limit}`;
    const rows = await this.query<PlacedMark>(sql, [...afterValues(after), ...afterValues(this.settled)], deadline);
    return rows.map(({ feed_after, feed_number, ...row }) =>
      unmarked(row, positionOf({ number: BigInt(feed_after), erasure: BigInt(feed_number) }), withIsoTimes),
    );
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

  private async firstSince(time: Date, last: bigint, deadline: number): Promise<Place | undefined> {
    const from = (where: string) => `${this.table} WHERE feed_number >= ? AND ${where} ORDER BY feed_number LIMIT 1`;
    const early = `SELECT CAST(received_at < ? AS CHAR) AS early FROM ${from('TRUE')}`;
    const skewed = sqlTime(new Date(time.getTime() - MAX_SKEW_MS).toISOString());
    const low = await firstNotEarly(1n, last, async (number) => {
      const [first] = await this.query<{ early: string }>(early, [skewed, String(number)], deadline);
      return first?.early === '1';
    });
    const first = `SELECT CAST(feed_number AS CHAR) AS number FROM ${from('received_at >= ?')}`;
    const [found] = await this.query<{ number: string }>(first, [String(low), sqlTime(time.toISOString())], deadline);
    return found && { number: BigInt(found.number) - 1n, erasure: 0n };
  }

  private async firstErasedSince(time: Date, deadline: number): Promise<Place | undefined> {
    const sql =
      `SELECT CAST(feed_after AS CHAR) AS number, CAST(feed_number - 1 AS CHAR) AS erasure FROM ${this.erasures} ` +
      'WHERE erased_at >= ? ORDER BY feed_after, feed_number LIMIT 1';
    const [found] = await this.query<Record<'number' | 'erasure', string>>(sql, [time.toISOString()], deadline);
    return found && { number: BigInt(found.number), erasure: BigInt(found.erasure) };
  }

  /** What lies beyond the end was given before the database was put back to an earlier state: what came since would be missed. */
  private async checkGiven({ number, erasure }: Place, deadline: number): Promise<void> {
    const nextOf = async (table: string) => nextNumber(await this.query(`SHOW CREATE TABLE ${table}`, [], deadline));
    if (number >= (await nextOf(this.table)) || erasure >= (await nextOf(this.erasures))) throw noPosition();
  }

  private async query<R>(sql: string, values: string[], deadline: number): Promise<R[]> {
    return (await this.database.run<R>({ sql, values }, deadline)).rows;
  }
}

function afterValues({ number, erasure }: Place): string[] {
  return [number, number, erasure].map(String);
}

function held(): Error {
  return Object.assign(new Error('A writer holds the gate'), { code: 'ETIMEDOUT' });
}
