import type { StoredEvent } from '../events/event.interface.js';
import type { EventListing, EventQuery, Keyset, QueryRow } from '../storage/reading/event-query.interface.js';
import type { BoundedReader } from './bounded-reader.js';

const PAGE = 1_000;

/** All events of a listing. One page is held in memory. */
export async function* eventsOf(
  reader: BoundedReader,
  listing: Omit<EventListing, 'limit' | 'after'>,
  signal?: AbortSignal,
): AsyncGenerator<StoredEvent, void, undefined> {
  let after: Keyset | null | undefined;
  while (after !== null) {
    const page = await reader.list({ ...listing, limit: PAGE, after }, signal);
    yield* page.events;
    after = page.next;
  }
}

/** At most `limit` rows of a query, a page each time. */
export async function* pagesOf(
  reader: BoundedReader,
  question: Omit<EventQuery, 'limit' | 'after' | 'counted'>,
  limit: number,
  signal?: AbortSignal,
): AsyncGenerator<readonly QueryRow[], void, undefined> {
  let after: Keyset | null | undefined;
  for (let left = limit; left > 0 && after !== null; left -= PAGE) {
    const page = await reader.query({ ...question, limit: Math.min(PAGE, left), after, counted: false }, signal);
    yield page.rows;
    after = page.next;
  }
}
