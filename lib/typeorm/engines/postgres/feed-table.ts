import type { DataSource } from 'typeorm';
import { type FeedPosition, type FeedStart, noPosition } from '../../../storage/event-feed.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import { postgresDatabaseOf } from '../database-of.js';
import { columnsToRead, type Extent, type FeedRow, type FeedTable } from '../feed-table.js';
import { openTable } from '../open-table.js';
import { qualifiedName } from '../table-name.js';
import type { PostgresDatabase } from './database.js';
import { readAs } from './event-table.js';
import { firstNotEarly, MAX_SKEW_MS } from '../first-since.js';
import { FeedChannel } from './feed-channel.js';
import { type OldPlace, type Place, numbersOf, placeAfter, placeBefore, placeOf, positionOf } from './feed-position.js';
import { FeedTransactions } from './feed-transactions.js';
import { OLD_ROW_KEY } from './old-row-key.js';

const CHECK_MS = 60_000;
/** Those of before the feed, after the time and the key in $1 and $2. */
const AFTER_OLD = `feed_transaction IS NULL AND (stored.received_at, ${OLD_ROW_KEY}) > (${timeOf('$1')}, $2)`;
type PlacedRow = EventRow & Record<'place_1' | 'place_2', string>;

/** Orders by the transaction that stored an event, and gives on those of transactions before the oldest one that still runs. */
export class PostgresFeedTable implements FeedTable {
  private readonly database: PostgresDatabase;
  private readonly channel: FeedChannel;
  private readonly transactions: FeedTransactions;
  /** The last that was found to be given, and when. */
  private given = { transaction: '', at: 0 };

  constructor(private readonly dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
    this.channel = new FeedChannel(dataSource);
    this.transactions = new FeedTransactions(dataSource);
  }

  open(deadline: number): Promise<void> {
    return openTable(this.dataSource, this.database, [...COLUMNS, 'feed_transaction', 'feed_number'], deadline);
  }

  async start(from: FeedStart, deadline: number): Promise<FeedPosition> {
    if (from === 'beginning') return positionOf(placeBefore('0'));
    if (from === 'now') return this.end(deadline);
    return (await this.firstSince(from, deadline)) ?? this.end(deadline);
  }

  async read(after: FeedPosition, limit: number, deadline: number, extent: Extent = 'whole'): Promise<FeedRow[]> {
    const place = placeOf(after);
    if (place === undefined) throw noPosition();
    const columns = columnsToRead(extent, readAs);
    const old = place.kind === 'old' ? await this.readOld(columns, place, limit, deadline) : [];
    return old.length > 0 ? old : this.readNew(columns, place, limit, deadline);
  }

  async count(after: FeedPosition, atMost: number, deadline: number): Promise<number> {
    const place = placeOf(after);
    if (place === undefined) throw noPosition();
    const old = place.kind === 'old' ? await this.countWhere(AFTER_OLD, [place.receivedAt, place.key], atMost, deadline) : 0;
    const [transaction, number] = newPlace(place);
    const found = old + (await this.countWhere(this.afterNew, [transaction, number], atMost - old, deadline));
    if (found === 0) await this.checkGiven(transaction, deadline);
    return found;
  }

  placeOf(position: FeedPosition): readonly bigint[] {
    const place = placeOf(position);
    if (place === undefined) throw noPosition();
    return numbersOf(place);
  }

  watchOthers(wake: () => void): () => void {
    return this.channel.watch(wake);
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }

  private get table(): string {
    return qualifiedName(this.dataSource);
  }

  /** Those after the transaction and the number in $1 and $2. */
  private get afterNew(): string {
    return `(feed_transaction, feed_number) > ($1::bigint, $2::bigint) AND feed_transaction < ${this.transactions.horizon}`;
  }

  private async countWhere(where: string, values: string[], atMost: number, deadline: number): Promise<number> {
    const following = `SELECT FROM ${this.table} AS stored WHERE ${where} LIMIT $3`;
    const sql = `SELECT count(*)::text AS found FROM (${following}) AS following`;
    const [{ found }] = await this.query<{ found: string }>(sql, [...values, String(atMost)], deadline);
    return Number(found);
  }

  /** Those that were stored before there was a feed. */
  private async readOld(columns: string, { receivedAt, key }: OldPlace, limit: number, deadline: number): Promise<FeedRow[]> {
    const sql =
      `SELECT ${columns}, (extract(epoch FROM stored.received_at) * 1000)::bigint::text AS place_1, ${OLD_ROW_KEY} AS place_2 ` +
      `FROM ${this.table} AS stored WHERE ${AFTER_OLD} ` +
      `ORDER BY stored.received_at, ${OLD_ROW_KEY} LIMIT $3`;
    const rows = await this.query<PlacedRow>(sql, [receivedAt, key, String(limit)], deadline);
    return rows.map(({ place_1, place_2, ...row }) => ({
      row,
      position: positionOf({ kind: 'old', receivedAt: place_1, key: place_2 }),
    }));
  }

  private async readNew(columns: string, place: Place, limit: number, deadline: number): Promise<FeedRow[]> {
    const [transaction, number] = newPlace(place);
    const sql =
      `SELECT ${columns}, feed_transaction::text AS place_1, feed_number::text AS place_2 FROM ${this.table} AS stored ` +
      `WHERE ${this.afterNew} ORDER BY feed_transaction, feed_number LIMIT $3`;
    const rows = await this.query<PlacedRow>(sql, [transaction, number, String(limit)], deadline);
    if (rows.length === 0) await this.checkGiven(transaction, deadline);
    return rows.map(({ place_1, place_2, ...row }) => ({
      row,
      position: positionOf({ kind: 'new', transaction: place_1, number: place_2 }),
    }));
  }

  private async end(deadline: number): Promise<FeedPosition> {
    const [{ last }] = await this.query<{ last: string }>(
      `SELECT (${this.transactions.horizon} - 1)::text AS last`,
      [],
      deadline,
    );
    return positionOf(placeAfter(last));
  }

  private async firstSince(time: Date, deadline: number): Promise<FeedPosition | undefined> {
    const old = `SELECT 1 FROM ${this.table} WHERE feed_transaction IS NULL AND received_at >= ${timeOf('$1')} LIMIT 1`;
    const since = String(time.getTime());
    if ((await this.query(old, [since], deadline)).length > 0) return positionOf(placeBefore(since));
    const first =
      `SELECT feed_transaction::text AS transaction, (feed_number - 1)::text AS number FROM ${this.table} ` +
      `WHERE feed_transaction >= $1::bigint AND feed_transaction < ${this.transactions.horizon} AND received_at >= ${timeOf('$2')} ` +
      'ORDER BY feed_transaction, feed_number LIMIT 1';
    const values = [String(await this.searchFrom(time, deadline)), since];
    const [place] = await this.query<{ transaction: string; number: string }>(first, values, deadline);
    return place && positionOf({ kind: 'new', ...place });
  }

  /** There is no index of times: those of transactions follow the order but for the skew. */
  private async searchFrom(time: Date, deadline: number): Promise<bigint> {
    const limits = `SELECT min(feed_transaction)::text AS low, max(feed_transaction)::text AS high FROM ${this.table} WHERE feed_transaction > 0`;
    const [{ low, high }] = await this.query<{ low: string | null; high: string | null }>(limits, [], deadline);
    const early =
      `SELECT received_at < ${timeOf('$2')} AS early FROM ${this.table} WHERE feed_transaction >= $1::bigint ` +
      'ORDER BY feed_transaction, feed_number LIMIT 1';
    const since = String(time.getTime() - MAX_SKEW_MS);
    return firstNotEarly(BigInt(low ?? 0), BigInt(high ?? 0), async (transaction) => {
      const [first] = await this.query<{ early: string }>(early, [String(transaction), since], deadline);
      return first?.early === 't';
    });
  }

  /**
   * What lies beyond the end was given before the database was put back to an earlier state: what came since would be missed. Who
   * asks again and again is checked once a minute, as there is nothing to read for it until then.
   */
  private async checkGiven(transaction: string, deadline: number): Promise<void> {
    const { given } = this;
    if (given.transaction === transaction && performance.now() - given.at < CHECK_MS) return;
    const rows = await this.query(`SELECT 1 WHERE $1::bigint >= ${this.transactions.horizon}`, [transaction], deadline);
    if (rows.length > 0) throw noPosition();
    this.given = { transaction, at: performance.now() };
  }

  private async query<R>(sql: string, values: string[], deadline: number): Promise<R[]> {
    return (await this.database.run<R>({ sql, values }, deadline)).rows;
  }
}

function newPlace(place: Place): [transaction: string, number: string] {
  return place.kind === 'new' ? [place.transaction, place.number] : ['0', '0'];
}

/** SQL of a time that is given in milliseconds since 1970. */
function timeOf(parameter: string): string {
  return `timestamptz 'epoch' + ${parameter}::bigint * interval '1 millisecond'`;
}
