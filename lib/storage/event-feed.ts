import type { StoredEvent } from '../events/event.interface.js';

/** A place in the feed: an opaque text of printable ASCII, at most 64 characters, that stays valid for ever. */
export type FeedPosition = string;

/** What happened to the log: an event was stored, or erased on a person's request. */
export type FeedRecord =
  | { readonly kind: 'stored'; readonly position: FeedPosition; readonly event: StoredEvent }
  | { readonly kind: 'erased'; readonly position: FeedPosition; readonly id: string; readonly projectId: string | null };

export interface FeedPage {
  /** In the order of commits. */
  readonly records: readonly FeedRecord[];
  /** Where to go on. */
  readonly position: FeedPosition;
}

/**
 * Every stored event in the order of commits: contract and injection token in one. Who has read up to a position has seen all
 * that is before it, for ever.
 */
export abstract class EventFeed {
  /** The position before the first record, after the last one, or before the first record that was received at a time or later. */
  abstract start(from: 'beginning' | 'now' | Date): Promise<FeedPosition>;

  /** At most `limit` records after a position. Throws a `RangeError` for a position that is none. */
  abstract read(after: FeedPosition, limit: number, timeoutMs?: number): Promise<FeedPage>;

  /** Calls `wake` when there may be something new: a hint that may be missing, late or wrong. Returns what ends it. */
  watch?(wake: () => void): () => void;
}
