import type { StoredEvent } from '../events/event.interface.js';
import type { ErasedCount, PersonalEvents, PersonInProject } from './erasure.interface.js';
import type { ErasureRequestStore } from './erasure-request.store.js';
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

/** Whole days of events, which can be removed at once. */
export interface EventDays {
  /** What the store knows them by. */
  readonly name: string;
  /** All were received before, by the clock of the store: RFC 3339 in UTC with milliseconds. */
  readonly until: string;
  /** About how many there are. */
  readonly events: number;
  /** The position of the last of them in the feed; undefined: there are none. */
  readonly last: FeedPosition | undefined;
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
   * again, but for that of an event that was anonymized: it stays erased, and its digest alone is kept. Resolves to how many were
   * there. Where it throws, some may be gone: call it again.
   * What was received after `until`, RFC 3339 in UTC with milliseconds, is left: an event that was sent again after another process
   * had purged the one that was seen. Absent: whenever it was received.
   */
  abstract purge(keys: readonly EventKey[], until?: string): Promise<number>;

  /**
   * How many events `anonymize()` is best given at once, at most 1,000; of large ones it is given fewer.
   * @default 50
   */
  readonly anonymizesAtOnce?: number;

  /** Days to which nothing comes any more, the oldest first. Undefined, or no such method: the store does not keep events by days. */
  pastDays?(): Promise<EventDays[] | undefined>;

  /** Removes all events of such days. It is there where `pastDays` is; days that are gone do no harm. */
  dropDays?(days: EventDays): Promise<void>;

  /** The requests to erase what is of a person. */
  abstract readonly requests: ErasureRequestStore;

  /** What is looked through for a person, for the receipt: names of tables, or the like. */
  abstract searched(): Promise<string[]>;

  /**
   * A position after all that was acknowledged before it is asked for, for `upTo`. Inserts that begin once it is there come after it;
   * of those that were on their way, each has ended by then, before it or after it.
   */
  abstract end(): Promise<FeedPosition>;

  /** The projects in which a person has such events. All are found, whoever wrote them. */
  abstract projectsOf(userKey: string, among?: PersonalEvents): Promise<(string | null)[]>;

  /** The keys of at most `limit` events of a person. */
  abstract keysOf(person: PersonInProject, limit: number): Promise<EventKey[]>;

  /** At most `limit` events of a person, by `createdAt` and then by id, after one of them. */
  abstract eventsOf(person: PersonInProject, limit: number, after?: StoredEvent): Promise<StoredEvent[]>;

  abstract countOf(person: PersonInProject): Promise<number>;

  /**
   * Removes events on a person's request, at most 1,000, and all else that the store keeps of them. Their ids stay erased: an insert
   * of one is `{ erased: true }` from then on, also where it began before, and the feed tells of it. Where it throws, some may be
   * gone: call it again.
   */
  abstract erase(keys: readonly EventKey[], requestId: string): Promise<void>;

  /**
   * Replaces events, at most 1,000, by what is kept of them: `properties`, `fields` and `userProperties` are taken as they are given.
   * They are nobody's any more. Their ids are erased as those that `erase()` removes, and the feed tells of what was changed.
   */
  abstract anonymize(events: readonly StoredEvent[], requestId: string): Promise<void>;

  /** How many events were erased for a request, a project; exact, however often it was cut short. */
  abstract erasedBy(requestId: string): Promise<ErasedCount[]>;
}
