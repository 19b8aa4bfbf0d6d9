import type { StoredEvent } from '../../events/event.interface.js';
import type { EventSource } from '../../sql/event-source.js';
import type { ReadRow } from '../../sql/read-statement.interface.js';
import type { RunSql } from '../../sql/sql.js';
import type { EventListing, EventPage, Keyset } from '../../storage/reading/event-query.interface.js';
import { toStoredEvent } from '../event-row.js';
import { listSql } from './list-sql.js';

const DAY = 86_400_000;
/** What is looked at, in turn, until a page is full: without such a bound, parts of all times would be read. */
const WINDOWS = [DAY, 10 * DAY, 100 * DAY];

/** A page of the newest events. */
export async function newestEvents(listing: EventListing, source: EventSource, run: RunSql): Promise<EventPage<StoredEvent>> {
  const from = startOf(listing.after);
  for (const window of WINDOWS) {
    const rows = await run(listSql(listing, source, from - window));
    if (rows.length > listing.limit) return toPage(rows, listing);
  }
  return toPage(await run(listSql(listing, source)), listing);
}

// No keyset of ours has another time; one that was forged is refused by what compares with it.
function startOf(after: Keyset | undefined): number {
  const time = Date.parse(String(after?.[0]));
  return Number.isNaN(time) ? Date.now() : time;
}

function toPage(rows: readonly ReadRow[], { limit, scope }: EventListing): EventPage<StoredEvent> {
  const events = rows.slice(0, limit).map(toStoredEvent);
  if (rows.length <= limit) return { events, next: null };
  const { createdAt, id } = events[limit - 1];
  const next = [createdAt, id];
  return { events, next: scope.projectId === undefined ? [...next, String(rows[limit - 1].project_key)] : next };
}
