import type { StoredEvent } from '../../events/event.interface.js';
import type { EventSource } from '../../sql/event-source.js';
import { keysOf } from '../../sql/keys-sql.js';
import { answerOf } from '../../sql/query-answer.js';
import { type RunSql, toStatement } from '../../sql/sql.js';
import { EventReader } from '../../storage/event-reader.js';
import type {
  EventListing,
  EventPage,
  EventQuery,
  KeyCount,
  KeyQuery,
  QueryResult,
  ReadOptions,
  ReadScope,
} from '../../storage/reading/event-query.interface.js';
import { QueryRefusal, tookTooLong } from '../../storage/reading/query-refusal.js';
import type { ClickHouse } from '../clickhouse.js';
import { clickHouseReason, isMissingColumn, isUnavailable, notAvailable, refusalOf } from '../clickhouse-error.js';
import { toStoredEvent } from '../event-row.js';
import { copySource } from './copy-source.js';
import { findSql } from './list-sql.js';
import { newestEvents } from './newest-events.js';

/** How long after the limit of a question the server may stop it. Then it does not answer at all. */
const GRACE_MS = 2_000;

/** Reads the events that are copied into ClickHouse. */
export class ClickHouseEventReader extends EventReader {
  private readonly source: EventSource;
  /** Without the columns of paths. */
  private readonly plainSource: EventSource;

  constructor(private readonly clickHouse: ClickHouse) {
    super();
    this.source = copySource(clickHouse.schema, clickHouse.settings.materialize);
    this.plainSource = copySource(clickHouse.schema, []);
  }

  override find(id: string, scope: ReadScope, options: ReadOptions): Promise<StoredEvent[]> {
    return this.read(options, async (run, source) => (await run(findSql(id, scope, source))).map(toStoredEvent));
  }

  override list(listing: EventListing, options: ReadOptions): Promise<EventPage<StoredEvent>> {
    return this.read(options, (run, source) => newestEvents(listing, source, run));
  }

  override query(query: EventQuery, options: ReadOptions): Promise<QueryResult> {
    return this.read(options, (run, source) => answerOf(query, source, run));
  }

  override keys(query: KeyQuery, options: ReadOptions): Promise<KeyCount[]> {
    return this.read(options, (run, source) => keysOf(query, source, run));
  }

  // What the server says of a refused statement can hold SQL and data, so only its code goes on.
  private async read<T>({ timeoutMs, signal }: ReadOptions, work: (run: RunSql, source: EventSource) => Promise<T>): Promise<T> {
    const silence = new Error('No answer in time');
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(silence), timeoutMs + GRACE_MS);
    const stopped = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
    try {
      const run = this.runner(performance.now() + timeoutMs, timeoutMs, stopped);
      // The instance that copies adds the columns, and may be one of before this path was named, or not name it at all.
      return await work(run, this.source).catch((error: unknown) => {
        if (!isMissingColumn(error)) throw error;
        return work(run, this.plainSource);
      });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof QueryRefusal || error instanceof RangeError) throw error;
      const cause = late.signal.aborted ? silence : error;
      if (isUnavailable(cause)) throw notAvailable(cause);
      throw refusalOf(error, timeoutMs) ?? new Error(`ClickHouse refused to read events: ${clickHouseReason(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  private runner(deadline: number, timeoutMs: number, signal: AbortSignal): RunSql {
    const { placeholder } = this.source.dialect;
    return async (statement) => {
      const left = (deadline - performance.now()) / 1_000;
      if (left <= 0) throw tookTooLong(timeoutMs);
      const settings = { max_execution_time: left, max_memory_usage: String(this.clickHouse.settings.maxQueryBytes) };
      return this.clickHouse.read(toStatement(statement, placeholder), { settings, signal });
    };
  }
}
