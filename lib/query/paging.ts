import type { StoredEvent } from '../events/event.interface.js';
import type {
  EventListing,
  EventPage,
  EventQuery,
  Expression,
  Keyset,
  QueryResult,
  QueryRow,
} from '../storage/reading/event-query.interface.js';
import type { BoundedReader } from './bounded-reader.js';
import { type PieceLimits, PieceSize } from './piece-size.js';

const PAGE = 1_000;
/** Of an export, two pages are in memory, one of them on its way. */
const OF_LINES: PieceLimits = { rows: 4_000, size: 1024 * 1024 };
/** So few that the objects made of them die young: the heap grows by what lives until the next page. */
const OF_ROWS: PieceLimits = { rows: 500, size: 256 * 1024 };
/** In characters of JSON, roughly: no text of Node has more than 512 MiB of them. */
const MAX_ANSWER = 32 * 1024 * 1024;

/** All events of a listing. One page is held in memory. */
export async function* eventsOf(
  reader: BoundedReader,
  listing: Omit<EventListing, 'limit' | 'after'>,
  signal?: AbortSignal,
): AsyncGenerator<StoredEvent, void, undefined> {
  const size = new PieceSize();
  let after: Keyset | null | undefined;
  while (after !== null) {
    const page: EventPage<StoredEvent> = await reader.list({ ...listing, limit: size.next(), after }, signal);
    size.note(page.events);
    yield* page.events;
    after = page.next;
  }
}

/** At most `limit` events of a listing as JSON text, a page each time. */
export async function* linesOf(
  reader: BoundedReader,
  listing: Omit<EventListing, 'limit' | 'after'>,
  limit: number,
  signal?: AbortSignal,
): AsyncGenerator<readonly string[], void, undefined> {
  const size = new PieceSize(OF_LINES);
  let after: Keyset | null | undefined;
  for (let left = limit; left > 0 && after !== null;) {
    const page: EventPage<string> = await reader.lines({ ...listing, limit: size.next(left), after }, signal);
    size.note(page.events);
    yield page.events;
    left -= page.events.length;
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
  const size = new PieceSize(OF_ROWS);
  let after: Keyset | null | undefined;
  for (let left = limit; left > 0 && after !== null;) {
    const rows = hasLongRows(question) ? size.next(left) : Math.min(PAGE, left);
    const page: QueryResult = await reader.query({ ...question, limit: rows, after, counted: false }, signal);
    size.note(page.rows);
    yield page.rows;
    left -= rows;
    after = page.next;
  }
}

/** A page of a listing; of large events it has fewer than asked for, and ends where the next one begins. */
export async function pageOf(
  reader: BoundedReader,
  listing: EventListing,
  signal?: AbortSignal,
): Promise<EventPage<StoredEvent>> {
  const size = new PieceSize();
  const events: StoredEvent[] = [];
  let next: Keyset | null | undefined = listing.after;
  do {
    const piece = { ...listing, limit: size.next(listing.limit - events.length), after: next };
    const page: EventPage<StoredEvent> = await reader.list(piece, signal);
    size.note(page.events);
    events.push(...page.events);
    ({ next } = page);
  } while (next !== null && events.length < listing.limit && size.total < MAX_ANSWER);
  return { events, next };
}

/** The same of a query. */
export async function rowsOf(
  reader: Pick<BoundedReader, 'query'>,
  query: EventQuery,
  signal?: AbortSignal,
): Promise<QueryResult> {
  if (!hasLongRows(query)) return reader.query(query, signal);
  const size = new PieceSize();
  const first = await reader.query({ ...query, limit: size.next(query.limit) }, signal);
  const rows = [...first.rows];
  let { next } = first;
  size.note(first.rows);
  while (next !== null && rows.length < query.limit && size.total < MAX_ANSWER) {
    const piece = { ...query, limit: size.next(query.limit - rows.length), after: next, counted: false };
    const page: QueryResult = await reader.query(piece, signal);
    size.note(page.rows);
    rows.push(...page.rows);
    ({ next } = page);
  }
  return { ...first, rows, next };
}

/** Groups are not among them: each piece would group all events again. */
function hasLongRows({ select, groupBy }: Pick<EventQuery, 'select' | 'groupBy'>): boolean {
  return groupBy === undefined && select.some(isLong);
}

function isLong(expression: Expression): boolean {
  return expression.kind === 'field' && ('path' in expression.operand || expression.operand.field === 'searchQuery');
}
