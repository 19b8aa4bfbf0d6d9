import type { DataSource } from 'typeorm';
import type { EventDays } from '../../../../storage/event-eraser.js';
import type { FeedPosition } from '../../../../storage/event-feed.js';
import { ERASURES } from '../../../erasing/erasure-tables.js';
import { postgresDatabaseOf } from '../../database-of.js';
import type { ErasedDays } from '../../erasure-table.js';
import { qualifiedName } from '../../table-name.js';
import { DEFAULT_TIMEOUT_MS } from '../../with-connection.js';
import type { PostgresDatabase } from '../database.js';
import { positionOf } from '../feed-position.js';
import { OLD_ROW_KEY } from '../old-row-key.js';
import { DayPartitions } from './day-partitions.js';

const MIDNIGHT = 'T00:00:00.000Z';
/** Of a day, at most so many events are counted one by one. */
const MAX_COUNTED = 1_000_000;

/** The days that are over, of a table that is kept by days. */
export class PastDays implements ErasedDays {
  private readonly database: PostgresDatabase;
  private readonly partitions: DayPartitions;
  private readonly erasures: string;

  constructor(dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
    this.partitions = new DayPartitions(dataSource);
    this.erasures = qualifiedName(dataSource, ERASURES);
  }

  /** The oldest first; undefined where the table is not kept by days. */
  async past(): Promise<EventDays[] | undefined> {
    const deadline = performance.now() + DEFAULT_TIMEOUT_MS;
    if (!(await this.partitions.areUsed(deadline))) return undefined;
    const days: EventDays[] = [];
    for (const { name, until, rows } of await this.partitions.past(deadline)) {
      // PostgreSQL knows of no row in a table that has not been analyzed yet.
      const events = rows > 0 ? rows : await this.countOf(name, deadline);
      days.push({ name, until: `${until}${MIDNIGHT}`, events, last: await this.lastOf(name, deadline) });
    }
    return days;
  }

  async drop({ name }: EventDays): Promise<void> {
    const deadline = performance.now() + DEFAULT_TIMEOUT_MS;
    // A name that is no partition's is no SQL of ours.
    if (!(await this.partitions.past(deadline)).some((partition) => partition.name === name)) return;
    // Before: of an event that is gone, nothing would tell that its id is still noted.
    await this.database.run(
      {
        sql:
          `UPDATE ${this.erasures} AS erased SET id = NULL WHERE id IS NOT NULL ` +
          `AND EXISTS (SELECT 1 FROM ${name} AS stored WHERE stored.project_key = erased.project_key AND stored.id = erased.id)`,
      },
      deadline,
    );
    await this.partitions.drop(name);
  }

  private async countOf(name: string, deadline: number): Promise<number> {
    const counted = `SELECT count(*)::text AS events FROM (SELECT FROM ${name} LIMIT ${MAX_COUNTED}) AS stored`;
    return Number((await this.query<{ events: string }>(counted, deadline))[0].events);
  }

  private async lastOf(name: string, deadline: number): Promise<FeedPosition | undefined> {
    const placed =
      `SELECT feed_transaction::text AS transaction, feed_number::text AS number FROM ${name} ` +
      'WHERE feed_transaction IS NOT NULL ORDER BY feed_transaction DESC, feed_number DESC LIMIT 1';
    const [place] = await this.query<Record<'transaction' | 'number', string>>(placed, deadline);
    if (place !== undefined) return positionOf({ kind: 'new', ...place });
    // Of before the feed.
    const old =
      `SELECT (extract(epoch FROM received_at) * 1000)::bigint::text AS "receivedAt", ${OLD_ROW_KEY} AS key FROM ${name} ` +
      `WHERE feed_transaction IS NULL ORDER BY received_at DESC, ${OLD_ROW_KEY} DESC LIMIT 1`;
    const [oldPlace] = await this.query<Record<'receivedAt' | 'key', string>>(old, deadline);
    return oldPlace && positionOf({ kind: 'old', ...oldPlace });
  }

  private async query<R>(sql: string, deadline: number): Promise<R[]> {
    return (await this.database.run<R>({ sql }, deadline)).rows;
  }
}
