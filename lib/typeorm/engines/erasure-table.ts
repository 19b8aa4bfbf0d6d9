import type { EventDays } from '../../storage/event-eraser.js';
import type { FeedPosition } from '../../storage/event-feed.js';
import type { RowKey } from './engine.js';

/** Why rows are erased, and when. */
export interface Erasure {
  readonly kind: 'deleted' | 'anonymized';
  readonly requestId: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly erasedAt: string;
}

/** How one database engine notes that events are erased. */
export interface ErasureTable {
  /** How many small events are best changed at once. */
  readonly changesAtOnce: number;
  /** On an engine that can keep events by days. */
  readonly days?: ErasedDays;
  /** Fails, in a sentence that says what to do, where the table isn't there or can't be used. */
  open(deadline: number): Promise<void>;
  /** As `EventEraser.end()`, where the feed's `start('now')` may be before what is stored. */
  end?(deadline: number): Promise<FeedPosition>;
  /**
   * Notes that these keys are erased, all or none. Once it resolves, every insert that has not seen it has ended: what is removed
   * from then on is not stored again.
   */
  mark(keys: readonly RowKey[], erasure: Erasure, deadline: number): Promise<void>;
  /** Whether an error of the driver means that the same may work later. */
  isUnavailable(error: unknown): boolean;
}

/** The days that are over, of events that are kept by days. */
export interface ErasedDays {
  /** The oldest first; undefined where the events are not kept by days. */
  past(): Promise<EventDays[] | undefined>;
  drop(days: EventDays): Promise<void>;
}

/** The id that is kept: of an event that stays, it tells which. */
export function keptId({ id }: RowKey, { kind }: Erasure): string | null {
  return kind === 'anonymized' ? id : null;
}
