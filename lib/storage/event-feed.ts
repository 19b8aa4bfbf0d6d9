import type { StoredEvent } from '../events/event.interface.js';

/** A place in the feed: an opaque text of printable ASCII, at most 64 characters, that stays valid for ever. */
export type FeedPosition = string;

/** Where a reader begins: with the first record, after the last one, or with the first that was received at a time or later. */
export type FeedStart = 'beginning' | 'now' | Date;

/** What happened to the log: an event was stored, or on a person's request it was erased, or changed so that it names nobody. */
export type FeedRecord = StoredRecord | ErasedRecord | ChangedRecord;

export interface StoredRecord {
  readonly kind: 'stored';
  readonly position: FeedPosition;
  /** By the server's clock, RFC 3339 in UTC with milliseconds; it is not the order. */
  readonly receivedAt: string;
  readonly event: StoredEvent;
}

export interface ErasedRecord {
  readonly kind: 'erased';
  readonly position: FeedPosition;
  /** When it was erased, as `receivedAt` of a stored one. */
  readonly receivedAt: string;
  /** All that is kept of its id, see `erasedIdDigest()`. */
  readonly idDigest: string;
  readonly projectId: string | null;
}

export interface ChangedRecord {
  readonly kind: 'changed';
  readonly position: FeedPosition;
  /** When it was changed, as `receivedAt` of a stored one. */
  readonly receivedAt: string;
  /** The event as it is now. */
  readonly event: StoredEvent;
}

export interface FeedPage {
  /** In the order of commits. None: nothing more is committed yet, or what comes next waits for a transaction that runs. */
  readonly records: readonly FeedRecord[];
  /** Where to go on. */
  readonly position: FeedPosition;
}

/**
 * Every stored event in the order of commits: contract and injection token in one. Who has read up to a position has seen all
 * that is before it, for ever. Throws `ServiceUnavailableException` where the store can't be reached. `nestjs-event-log/testing`
 * checks an implementation.
 */
export abstract class EventFeed {
  /** The position to begin at. Of a time, one that is a little too early will do: clocks of several processes differ. */
  abstract start(from: FeedStart, timeoutMs?: number): Promise<FeedPosition>;

  /** At most `limit` records after a position. Throws a `RangeError` for a position that is none. */
  abstract read(after: FeedPosition, limit: number, timeoutMs?: number): Promise<FeedPage>;

  /** How many records follow a position, counted up to `atMost`. Throws as `read()` does. */
  abstract count(after: FeedPosition, atMost: number, timeoutMs?: number): Promise<number>;

  /** Whether a position comes before another one. Throws a `RangeError` for a text that can be none. */
  abstract isBefore(position: FeedPosition, other: FeedPosition): boolean;

  /**
   * Calls `wake` when there may be something new: a hint that may be missing, late or wrong, so poll as well. `wake` must not
   * throw. Returns what ends it.
   */
  watch?(wake: () => void): () => void;
}

/** The error for a position that the feed has never given. */
export function noPosition(): RangeError {
  return new RangeError('Expected a position that this feed has given, got another text; begin with start().');
}
