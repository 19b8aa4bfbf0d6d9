import type { DataSource } from 'typeorm';
import { type FeedPosition, type FeedStart, noPosition } from '../../../storage/event-feed.js';
import { COLUMNS } from '../../events/event-columns.js';
import { postgresDatabaseOf } from '../database-of.js';
import { columnsToRead, type Extent, type FeedRow, type FeedTable } from '../feed-table.js';
import { ERASURE_COLUMNS, ERASURES } from '../../erasing/erasure-tables.js';
import { type MarkedRow, markedRows, NO_MARK, unmarked } from '../erasure-marks.js';
import { openTable } from '../open-table.js';
import { qualifiedName } from '../table-name.js';
import { type PostgresDatabase, utcText } from './database.js';
import { readAs } from './event-table.js';
import { firstNotEarly, MAX_SKEW_MS } from '../first-since.js';
import { DistributedMarks, type PlacedRow } from './distributed-marks.js';
import { distributedByProject } from './distribution.js';
import { EventWriters } from './event-writers.js';
import { FeedChannel } from './feed-channel.js';
import { type OldPlace, type Place, numbersOf, placeAfter, placeBefore, placeOf, positionOf } from './feed-position.js';
import { FeedTransactions } from './feed-transactions.js';
import { OLD_ROW_KEY } from './old-row-key.js';
import { SettledHorizon } from './settled-horizon.js';

const CHECK_MS = 60_000;
/** Those of before the feed, after the time and the key in $1 and $2. */
const AFTER_OLD = `feed_transaction IS NULL AND (stored.received_at, ${OLD_ROW_KEY}) > (${timeOf('$1')}, $2)`;

/** Of a table, those after the transaction and the number in $1 and $2. */
const AFTER = '(feed_transaction, feed_number) > ($1::bigint, $2::bigint)';
const AFTER_MARK = '(erased.feed_transaction, erased.feed_number) > ($1::bigint, $2::bigint)';
const IN_ORDER = 'ORDER BY place_1, place_2 LIMIT $3';

/** Orders by the transaction that stored an event, and gives on those of transactions before the oldest one that still runs. */
export class PostgresFeedTable implements FeedTable {
  private readonly database: PostgresDatabase;
  private readonly channel: FeedChannel;
  private readonly transactions: FeedTransactions;
  private readonly settledHorizon: SettledHorizon;
  private readonly distributedMarks: DistributedMarks;
  private readonly isDistributed: (deadline: number) => Promise<boolean>;
  /** The last that was found to be given, and when. */
  private given = { transaction: '', at: 0 };

  constructor(private readonly dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
    this.channel = new FeedChannel(dataSource);
    this.transactions = new FeedTransactions(dataSource);
    const writers = new EventWriters(dataSource, this.database);
    this.settledHorizon = new SettledHorizon(this.database, writers, this.transactions.horizon);
    this.distributedMarks = new DistributedMarks(dataSource);
    this.isDistributed = distributedByProject(dataSource, this.database);
  }

  async open(deadline: number): Promise<void> {
    const place = ['feed_transaction', 'feed_number'];
    await openTable(this.dataSource, this.database, [...COLUMNS, ...place], deadline);
    await openTable(this.dataSource, this.database, [...ERASURE_COLUMNS, ...place], deadline, ERASURES);
  }

  async start(from: FeedStart, deadline: number): Promise<FeedPosition> {
    if (from === 'beginning') return positionOf(placeBefore('0'));
    if (from === 'now') return this.end(deadline);
    return (await this.firstSince(from, deadline)) ?? this.end(deadline);
  }

  async read(after: FeedPosition, limit: number, deadline: number, extent: Extent = 'whole'): Promise<FeedRow[]> {
    const place = placeOf(after);
    if (place === undefined) throw noPosition();
    const old = place.kind === 'old' ? await this.readOld(extent, place, limit, deadline) : [];
    return old.length > 0 ? old : this.readNew(extent, place, limit, deadline);
  }

  async count(after: FeedPosition, atMost: number, deadline: number): Promise<number> {
    const place = placeOf(after);
    if (place === undefined) throw noPosition();
    const horizon = await this.horizon(deadline);
    const stored = (where: string) => `SELECT 1 FROM ${this.table} AS stored WHERE ${where} LIMIT $3`;
    const old = place.kind === 'old' ? await this.countOf(stored(AFTER_OLD), [place.receivedAt, place.key], atMost, deadline) : 0;
    const [transaction, number] = newPlace(place);
    const { from, isTold } = (await this.isDistributed(deadline)) ? this.distributedMarks.counted : this.marked;
    const events = stored(settled(AFTER, horizon));
    const marks = `SELECT 1 FROM ${from} WHERE ${isTold} AND ${settled(AFTER_MARK, horizon)} LIMIT $3`;
    const following = `(${events}) UNION ALL (${marks})`;
    const found = old + (await this.countOf(`${following} LIMIT $3`, [transaction, number], atMost - old, deadline));
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

  private get erasures(): string {
    return qualifiedName(this.dataSource, ERASURES);
  }

  private get marked() {
    return markedRows({ erasures: this.erasures, events: this.table }, readAs, utcText('erased_at'));
  }

  /** SQL of the first transaction of which more may come. */
  private async horizon(deadline: number): Promise<string> {
    return (await this.isDistributed(deadline)) ? this.settledHorizon.read(deadline) : this.transactions.horizon;
  }

  /** The same where a reader begins: an earlier one would have it begin with what was stored long before. */
  private async horizonToBegin(deadline: number): Promise<string> {
    return (await this.isDistributed(deadline)) ? this.settledHorizon.now(deadline) : this.transactions.horizon;
  }

  private async countOf(following: string, values: string[], atMost: number, deadline: number): Promise<number> {
    const sql = `SELECT count(*)::text AS found FROM (${following}) AS following`;
    const [{ found }] = await this.query<{ found: string }>(sql, [...values, String(atMost)], deadline);
    return Number(found);
  }

  /** Those that were stored before there was a feed. */
  private async readOld(extent: Extent, { receivedAt, key }: OldPlace, limit: number, deadline: number): Promise<FeedRow[]> {
    const sql =
      `SELECT ${columnsToRead(extent, readAs)}, (extract(epoch FROM stored.received_at) * 1000)::bigint::text AS place_1, ${OLD_ROW_KEY} AS place_2 ` +
      `FROM ${this.table} AS stored WHERE ${AFTER_OLD} ` +
      `ORDER BY stored.received_at, ${OLD_ROW_KEY} LIMIT $3`;
    const rows = await this.query<PlacedRow>(sql, [receivedAt, key, String(limit)], deadline);
    return rows.map(({ place_1, place_2, ...row }) => ({
      row,
      position: positionOf({ kind: 'old', receivedAt: place_1, key: place_2 }),
    }));
  }

  private async readNew(extent: Extent, place: Place, limit: number, deadline: number): Promise<FeedRow[]> {
    const [transaction, number] = newPlace(place);
    const horizon = await this.horizon(deadline);
    const values = [transaction, number, String(limit)];
    const rows = (await this.isDistributed(deadline))
      ? await this.distributedPage(extent, horizon, values, deadline)
      : await this.page(extent, horizon, values, deadline);
    if (rows.length === 0) await this.checkGiven(transaction, deadline);
    return rows.map((row) => unmarked(row, positionOf({ kind: 'new', transaction: row.place_1, number: row.place_2 })));
  }

  private page(extent: Extent, horizon: string, values: string[], deadline: number): Promise<(PlacedRow & MarkedRow)[]> {
    const marked = this.marked;
    const stored = this.storedPage(extent, horizon);
    const erased = `SELECT ${marked.columns}, erased.feed_transaction AS place_1, erased.feed_number AS place_2 FROM ${marked.from} WHERE ${marked.isTold} AND ${settled(AFTER_MARK, horizon)} ${IN_ORDER}`;
    // In one statement, as the next one would see more transactions ended: what one table got after the other was read would be
    // passed over.
    const sql = extent === 'whole' ? `(${stored}) UNION ALL (${erased}) ${IN_ORDER}` : stored;
    return this.query(sql, values, deadline);
  }

  /** In two statements, which agree on what there is by the horizon. */
  private async distributedPage(extent: Extent, horizon: string, values: string[], deadline: number) {
    const stored = await this.query<PlacedRow & MarkedRow>(this.storedPage(extent, horizon), values, deadline);
    if (extent === 'outline') return stored;
    const marks = await this.distributedMarks.read(settled(AFTER_MARK, horizon), values, deadline);
    return [...stored, ...marks].sort(inFeedOrder).slice(0, Number(values[2]));
  }

  private storedPage(extent: Extent, horizon: string): string {
    return (
      `SELECT ${columnsToRead(extent, readAs)}, ${NO_MARK}, feed_transaction AS place_1, feed_number AS place_2 ` +
      `FROM ${this.table} WHERE ${settled(AFTER, horizon)} ${IN_ORDER}`
    );
  }

  private async end(deadline: number): Promise<FeedPosition> {
    const [{ last }] = await this.query<{ last: string }>(
      `SELECT (${await this.horizonToBegin(deadline)} - 1)::text AS last`,
      [],
      deadline,
    );
    return positionOf(last === '-1' || last === '0' ? placeBefore('0') : placeAfter(last));
  }

  private async firstSince(time: Date, deadline: number): Promise<FeedPosition | undefined> {
    const old = `SELECT 1 FROM ${this.table} WHERE feed_transaction IS NULL AND received_at >= ${timeOf('$1')} LIMIT 1`;
    const since = String(time.getTime());
    if ((await this.query(old, [since], deadline)).length > 0) return positionOf(placeBefore(since));
    const horizon = await this.horizonToBegin(deadline);
    const firstOf = (table: string, time: string) =>
      `(SELECT feed_transaction, feed_number FROM ${table} WHERE feed_transaction >= $1::bigint ` +
      `AND feed_transaction < ${horizon} AND ${time} >= ${timeOf('$2')} ORDER BY feed_transaction, feed_number LIMIT 1)`;
    const first =
      `SELECT feed_transaction::text AS transaction, (feed_number - 1)::text AS number FROM (${firstOf(this.table, 'received_at')} ` +
      `UNION ALL ${firstOf(this.erasures, 'erased_at')}) AS record ORDER BY record.feed_transaction, record.feed_number LIMIT 1`;
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

/** Those of which no more can come, as no transaction before them still runs. */
function settled(condition: string, horizon: string): string {
  return `${condition} AND ${condition === AFTER ? '' : 'erased.'}feed_transaction < ${horizon}`;
}

function inFeedOrder(a: PlacedRow, b: PlacedRow): number {
  const [first, second] = [a, b].map(({ place_1, place_2 }) => [BigInt(place_1), BigInt(place_2)]);
  const differs = first[0] === second[0] ? 1 : 0;
  return first[differs] < second[differs] ? -1 : 1;
}

function newPlace(place: Place): [transaction: string, number: string] {
  return place.kind === 'new' ? [place.transaction, place.number] : ['0', '0'];
}

/** SQL of a time that is given in milliseconds since 1970. */
function timeOf(parameter: string): string {
  return `timestamptz 'epoch' + ${parameter}::bigint * interval '1 millisecond'`;
}
