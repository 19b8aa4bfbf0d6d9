import type { FeedPosition } from './event-feed.js';

/** What tells an event from all others: its id, within its project (null: of none). */
export interface EventKey {
  readonly id: string;
  readonly projectId: string | null;
}

/** What tells whether the time of an event is over. */
export interface AgingEvent extends EventKey {
  readonly entityType: string;
  /** By the server's clock, RFC 3339 in UTC with milliseconds. */
  readonly receivedAt: string;
  /** Its position in the feed. */
  readonly position: FeedPosition;
}

/**
 * Removes what the log should keep no longer: contract and injection token in one. Throws `ServiceUnavailableException` where the
 * store can't be reached. `nestjs-event-log/testing` checks an implementation.
 */
export abstract class EventEraser {
  /**
   * At most `limit` stored events after a position of the feed, in its order and without what they hold: however large they are,
   * 1,000 of them fit into memory. Throws a `RangeError` for a position that is none.
   */
  abstract scan(after: FeedPosition, limit: number): Promise<AgingEvent[]>;

  /**
   * Removes events whose time is over, at most 1,000; keys of which there is no event do no harm. An id that was purged is unknown
   * again. Resolves to how many were there. Where it throws, some may be gone: call it again.
   */
  abstract purge(keys: readonly EventKey[]): Promise<number>;
}
