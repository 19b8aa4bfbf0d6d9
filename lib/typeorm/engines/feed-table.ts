import type { FeedPosition, FeedStart } from '../../storage/event-feed.js';
import { COLUMNS, type EventRow } from '../events/event-columns.js';

/** How much is read: all, or of events that are stored what is of bounded length, with null in place of the rest. */
export type Extent = 'whole' | 'outline';

/** What became of an event on a person's request: the row of one that was deleted has nothing but its project. */
export interface ErasureMark {
  readonly kind: 'deleted' | 'anonymized';
  readonly idDigest: string;
  readonly erasedAt: string;
}

/** A row, and the position after it. */
export interface FeedRow {
  readonly row: EventRow;
  readonly position: FeedPosition;
  readonly erasure?: ErasureMark;
}

/** How one database engine gives events on in the order of commits. */
export interface FeedTable {
  /** Fails, in a sentence that says what to do, where the table isn't there or can't be used. */
  open(deadline: number): Promise<void>;
  start(from: FeedStart, deadline: number): Promise<FeedPosition>;
  /** Throws a `RangeError` for a position that is none. */
  read(after: FeedPosition, limit: number, deadline: number, extent?: Extent): Promise<FeedRow[]>;
  /** Throws as `read()` does. */
  count(after: FeedPosition, atMost: number, deadline: number): Promise<number>;
  /** Numbers by which positions are in order: the first that differ tell which comes first. Throws as `read()` does. */
  placeOf(position: FeedPosition): readonly bigint[];
  /** Calls `wake` when another process says that it has stored something, where the engine can pass that on. Returns what ends it. */
  watchOthers?(wake: () => void): () => void;
  /** Whether an error of the driver means that the same may work later. */
  isUnavailable(error: unknown): boolean;
}

const DERIVED = ['content_digest', 'user_key'] as const;
const UNBOUNDED = ['search_query', 'properties', 'user_properties', 'fields'] as const;
/** What has null in its place. */
const LEFT_OUT: Record<Extent, readonly (keyof EventRow)[]> = { whole: DERIVED, outline: [...DERIVED, ...UNBOUNDED] };

/** SQL of what is read of a row, column by column; `readAs` is how the engine reads one. */
export function columnsToRead(extent: Extent, readAs: (column: keyof EventRow) => string): string {
  return COLUMNS.map((column) => (LEFT_OUT[extent].includes(column) ? `NULL AS ${column}` : readAs(column))).join(', ');
}
