import type { StoredEvent } from '../../events/event.interface.js';
import type { BoundedReader } from '../bounded-reader.js';
import type { ReadingOptions } from '../event-filter.interface.js';
import { parseExport } from '../grammar/query.parser.js';
import { eventsOf } from '../paging.js';
import type { ExportRequest } from '../query-request.interface.js';

/** What makes an answer of rows. */
const OF_ROWS = ['select', 'groupBy', 'orderBy'];

/** Whether nothing in a request, of which nothing is known yet, makes rows of its events. */
export function isOfWholeEvents(request: unknown): boolean {
  return typeof request === 'object' && request !== null && !OF_ROWS.some((member) => member in request);
}

/** The events of such a request, the newest first. Resolves once the first one is there; throws why there will be none. */
export async function wholeEvents(
  request: ExportRequest,
  reader: BoundedReader,
  { scope = {}, signal }: ReadingOptions,
): Promise<AsyncIterable<StoredEvent>> {
  const { question, limit } = parseExport(request, scope);
  const events = eventsOf(reader, { scope: question.scope, where: question.where }, signal);
  return atMost(limit, await events.next(), events);
}

async function* atMost<T>(
  limit: number,
  first: IteratorResult<T, void>,
  others: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  let left = limit;
  for (let next = first; !next.done; next = await others.next()) {
    yield next.value;
    if (--left === 0) return;
  }
}
