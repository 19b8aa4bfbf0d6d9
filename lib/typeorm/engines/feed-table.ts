import type { FeedPosition, FeedStart } from '../../storage/event-feed.js';
import type { EventRow } from '../events/event-columns.js';

/** A row, and the position after it. */
export interface FeedRow {
  readonly row: EventRow;
  readonly position: FeedPosition;
}

/** How one database engine gives events on in the order of commits. */
export interface FeedTable {
  /** Fails, in a sentence that says what to do, where the table isn't there or can't be used. */
  open(deadline: number): Promise<void>;
  start(from: FeedStart, deadline: number): Promise<FeedPosition>;
  /** Throws a `RangeError` for a position that is none. */
  read(after: FeedPosition, limit: number, deadline: number): Promise<FeedRow[]>;
  /** Throws as `read()` does. */
  count(after: FeedPosition, atMost: number, deadline: number): Promise<number>;
  /** Calls `wake` when another process says that it has stored something, where the engine can pass that on. Returns what ends it. */
  watchOthers?(wake: () => void): () => void;
  /** Whether an error of the driver means that the same may work later. */
  isUnavailable(error: unknown): boolean;
}
