import type { FeedPosition, FeedRecord, FeedStart } from '../storage/event-feed.js';
import type { ConsumerContext } from './event-consumer.interface.js';

/** How often a batch is tried, and what becomes of it then. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  /** Whether halves are tried, to find the one event that can't be handled. */
  readonly halves: boolean;
  readonly onFailure: 'park' | 'stop';
  /** Milliseconds before the next try, after so many. */
  pauseAfter(attempts: number): number;
  /** Whether no other try can help. */
  isFinal?(error: unknown): boolean;
}

/** A record, and the position before it. */
export interface PlacedRecord {
  readonly record: FeedRecord;
  readonly after: FeedPosition;
}

export interface DeliveryContext extends ConsumerContext {
  /** The position before the first of the records. */
  readonly after: FeedPosition;
}

/** What handles records when it is given them. */
export interface Deliverer {
  readonly name: string;
  readonly handleTimeout: number;
  /** Handles records, which are all of one kind. */
  deliver(records: readonly FeedRecord[], context: DeliveryContext): Promise<unknown>;
}

/** One who is given the records of the feed: a consumer of the host, or an endpoint of a webhook. */
export interface Subscription extends Deliverer {
  readonly from: FeedStart;
  readonly batchSize: number;
  readonly retry: RetryPolicy;
  isWanted(record: FeedRecord): boolean;
}
