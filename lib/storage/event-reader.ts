import type { StoredEvent } from '../events/event.interface.js';
import { serializeEvent } from '../events/serialize-event.js';
import type {
  EventListing,
  EventPage,
  EventQuery,
  KeyCount,
  KeyQuery,
  QueryResult,
  ReadOptions,
  ReadScope,
} from './reading/event-query.interface.js';

/**
 * How events are read: contract and injection token in one. `nestjs-event-log/testing` checks an implementation. The same
 * question has the same answer on every store. Each method throws `ServiceUnavailableException` where the store can't be
 * reached, and a `QueryRefusal` where the answer takes longer than `timeoutMs`.
 */
export abstract class EventReader {
  /** The events of a scope with an id: more than one where several projects use it. */
  abstract find(id: string, scope: ReadScope, options: ReadOptions): Promise<StoredEvent[]>;

  /** A page of events: none is skipped or repeated from one page to the next, however many are stored meanwhile. */
  abstract list(listing: EventListing, options: ReadOptions): Promise<EventPage<StoredEvent>>;

  /**
   * The same page, each event as the JSON text that it is answered with. Made of `list()`; a store that has such texts at hand can
   * do without the events.
   */
  async lines(listing: EventListing, options: ReadOptions): Promise<EventPage<string>> {
    const { events, next } = await this.list(listing, options);
    return { events: events.map(serializeEvent), next };
  }

  /** The rows that answer a query. */
  abstract query(query: EventQuery, options: ReadOptions): Promise<QueryResult>;

  /** The keys that events have. */
  abstract keys(query: KeyQuery, options: ReadOptions): Promise<KeyCount[]>;

  /**
   * Of a reader of a copy: about up to when all that was received is in it, RFC 3339 in UTC. Undefined, as without this method: what
   * was answered can be read.
   */
  asOf?(): Promise<string | undefined>;
}
