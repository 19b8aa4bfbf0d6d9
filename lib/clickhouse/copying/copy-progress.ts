import type { ClickHouseSettings as ServerSettings } from '@clickhouse/client';
import type { FeedPosition } from '../../storage/event-feed.js';
import type { ClickHouse, ClickHouseOptions } from '../clickhouse.js';

/** A batch, written down before it is sent: its bounds in the feed, so that it can be sent again as the same. */
export interface CopiedBatch {
  /** Grows by one from batch to batch. */
  readonly number: number;
  /** Of the lease under which it was written down. */
  readonly term: number;
  readonly after: FeedPosition;
  readonly until: FeedPosition;
  /** How many records it had then; those that are erased later are missing when it is read again. */
  readonly events: number;
  /** All that was received before is in the copy, but for this batch: milliseconds since 1970. */
  readonly asOf: number;
  /** By the same clock. */
  readonly writtenAt: number;
}

/**
 * Where the table has replicas, what is written down is on two of them before it counts. Whoever goes on asks one that has it, or
 * is refused: by other bounds than those, a batch would be there twice. One replica alone would wait for a second for ever.
 */
const AGREED_WRITE: ServerSettings = { insert_quorum: '2', insert_quorum_parallel: 0, insert_quorum_timeout: 30_000 };
const AGREED_READ: ServerSettings = { select_sequential_consistency: '1' };

/** What the copy knows of itself. It is kept beside what was copied, so that both are lost, or restored, together. */
export class CopyProgress {
  private hasReplicas = false;

  constructor(private readonly clickHouse: ClickHouse) {}

  /** The batch that was written down last, as the server that is asked knows it; undefined of an empty copy. */
  seen(signal?: AbortSignal): Promise<CopiedBatch | undefined> {
    return this.read({ signal });
  }

  /** The batch that was written down last, to go on with; undefined of an empty copy. Throws where the server may not have it yet. */
  async last(): Promise<CopiedBatch | undefined> {
    this.hasReplicas = (await this.countReplicas()) > 1;
    return this.read({ settings: AGREED_READ });
  }

  // Those that are down count, too: while fewer than two are up, the copy waits.
  private async countReplicas(): Promise<number> {
    const sql = 'SELECT total_replicas FROM system.replicas WHERE database = {p1:String} AND table = {p2:String}';
    const [replica] = await this.clickHouse.read({ sql, values: this.clickHouse.schema.progress.split('.') });
    return replica === undefined ? 0 : Number(replica.total_replicas);
  }

  private async read(options: ClickHouseOptions): Promise<CopiedBatch | undefined> {
    const { progress } = this.clickHouse.schema;
    const columns = 'number, term, after, until, events, as_of, written_at';
    const sql = `SELECT ${columns} FROM ${progress} ORDER BY number DESC, term DESC LIMIT 1`;
    const [row] = await this.clickHouse.read({ sql, values: [] }, options);
    if (row === undefined) return undefined;
    return {
      number: Number(row.number),
      term: Number(row.term),
      after: String(row.after),
      until: String(row.until),
      events: Number(row.events),
      asOf: Number(row.as_of),
      writtenAt: Number(row.written_at),
    };
  }

  async write({ asOf, writtenAt, ...batch }: CopiedBatch, signal: AbortSignal): Promise<void> {
    const token = `${batch.number} ${batch.term}`;
    await this.clickHouse.insert(this.clickHouse.schema.progress, [{ ...batch, as_of: asOf, written_at: writtenAt }], token, {
      settings: this.hasReplicas ? AGREED_WRITE : {},
      signal,
    });
  }
}
