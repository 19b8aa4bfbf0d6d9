import type { StoredEvent } from '../events/event.interface.js';
import type { FeedStart } from '../storage/event-feed.js';

/** What `@EventConsumer()` takes. */
export interface EventConsumerOptions {
  /**
   * Under which its position is kept: unique in the application, and the same after each deployment. A consumer of a new name
   * begins anew. 1 to 100 letters, digits, `.`, `_`, `:` and `-`.
   */
  name: string;
  /**
   * The entity types whose events it is given.
   * @default those of all
   */
  entityTypes?: readonly string[];
  /**
   * Where it begins when it is started for the first time: with what is stored from then on, with the first event that there is,
   * or with what was received at a time.
   * @default 'now'
   */
  from?: FeedStart;
  /**
   * Most events that it is given at once, from 1 to 1,000.
   * @default 100
   */
  batchSize?: number;
  /**
   * How long, in milliseconds, it may take for one batch. Then its signal aborts, and the batch counts as failed unless it is
   * handled within as long again.
   * @default 30000
   */
  handleTimeout?: number;
  /**
   * How often a batch is tried, from 1 to 1,000. Then halves of it are tried once each, until one event stands alone, which is tried
   * as often again.
   * @default 5
   */
  maxAttempts?: number;
  /**
   * The pause, in milliseconds, before a failed batch is tried again. It is doubled each time, up to a minute, and shortened by a
   * random part of up to a half.
   * @default 1000
   */
  retryDelay?: number;
  /**
   * What becomes of an event that fails each time: it is parked, and the next is handled; or the consumer stops, until
   * `ConsumerService` resumes it.
   * @default 'park'
   */
  onFailure?: 'park' | 'stop';
}

/** What the library tells a consumer beside its events. */
export interface ConsumerContext {
  /** Aborts when the time is over, when the host shuts down, and when another instance is given the events. */
  readonly signal: AbortSignal;
  /** Which try it is, from 1. */
  readonly attempt: number;
}

/** An event that was erased from the log on a person's request. */
export interface ErasedEvent {
  /** All that is kept of its id: `erasedIdDigest()` of those of a copy finds it. */
  readonly idDigest: string;
  readonly projectId: string | null;
}

/** A class that is given every stored event: at least once, in the order of commits, a batch at a time, on one instance. */
export interface EventConsumerHandler {
  /** The batch is handled when this resolves, and is given again when it throws. */
  handle(events: readonly StoredEvent[], context: ConsumerContext): unknown;
  /** What was erased, in its place among the events, of every entity type. Left out: this consumer keeps no copy that must follow. */
  erase?(events: readonly ErasedEvent[], context: ConsumerContext): unknown;
  /** The same of what was changed on a person's request, so that it names nobody: the events as they are now. */
  change?(events: readonly StoredEvent[], context: ConsumerContext): unknown;
}
