import type { FeedPosition } from '../event-feed.js';

/** `running`: handled by whoever holds the lease; `paused` by an operator; `stopped` by an event that could not be handled. */
export type ConsumerStatus = 'running' | 'paused' | 'stopped';

/** What is known of a consumer, for all instances that have it. */
export interface ConsumerState {
  /** 1 to 100 characters. */
  readonly name: string;
  /** All before it has been handled, or is parked. */
  readonly position: FeedPosition;
  readonly status: ConsumerStatus;
  /** The instance that holds the lease. Null: none. */
  readonly holder: string | null;
  /** Which lease it is: grows whenever the lease is given, or taken away. */
  readonly term: number;
  /** Grows while the holder lives. */
  readonly beat: number;
  /** How often what comes next has failed. */
  readonly attempts: number;
  /** When it failed for the first time: RFC 3339 in UTC. Null: it has not. */
  readonly failingSince: string | null;
  /** What it failed with last, as one line. Null: nothing has, since it was last handled. */
  readonly lastError: string | null;
  /** When the position was last moved: RFC 3339 in UTC. */
  readonly movedAt: string;
  /** Whether the holder is asked to handle parked events again. */
  readonly retriesParked: boolean;
}

/** What lets an instance move the position of a consumer, until another one has been given the lease. */
export interface ConsumerLease {
  readonly name: string;
  readonly term: number;
}

/** A failure of what comes next. */
export interface ConsumerFailure {
  readonly attempts: number;
  readonly failingSince: string;
  readonly lastError: string;
}

/** What is set for a consumer, whoever holds it. A new position takes the lease away, too; a holder may end what it has in hand otherwise. */
export interface ConsumerChange {
  readonly status?: ConsumerStatus;
  readonly position?: FeedPosition;
  readonly retriesParked?: boolean;
}

/** An event that was set aside, as it could not be handled. The feed still has it. */
export interface ParkedEvent {
  readonly consumer: string;
  /** The position after it. */
  readonly position: FeedPosition;
  /** The position before it, at which the feed gives it. */
  readonly after: FeedPosition;
  readonly id: string;
  readonly projectId: string | null;
  readonly attempts: number;
  /** What it failed with, as one line. */
  readonly error: string;
  /** RFC 3339 in UTC. */
  readonly parkedAt: string;
}
