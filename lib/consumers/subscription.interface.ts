import type { FeedRecord, FeedStart } from '../storage/event-feed.js';
import type { ConsumerContext } from './event-consumer.interface.js';

/** How often a batch is tried, and what becomes of it then. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  /** Whether halves are tried, to find the one event that can't be handled. */
  readonly halves: boolean;
  readonly onFailure: 'park' | 'stop';
  /** Milliseconds before the next try, after so many. */
  pauseAfter(attempts: number): number;
}

/** One who is given the records of the feed: a consumer of the host, or an endpoint of a webhook. */
export interface Subscription {
  readonly name: string;
  readonly from: FeedStart;
  readonly batchSize: number;
  readonly handleTimeout: number;
  readonly retry: RetryPolicy;
  isWanted(record: FeedRecord): boolean;
  /** Handles records, which are all of one kind. */
  deliver(records: readonly FeedRecord[], context: ConsumerContext): Promise<unknown>;
}
