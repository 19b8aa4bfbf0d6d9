import type { BoundedReader } from '../bounded-reader.js';
import type { ReadingOptions } from '../event-filter.interface.js';
import { parseExport } from '../grammar/query.parser.js';
import { oneAhead } from '../one-ahead.js';
import { linesOf } from '../paging.js';
import type { ExportRequest } from '../query-request.interface.js';

/** What makes an answer of rows. */
const OF_ROWS = ['select', 'groupBy', 'orderBy'];

/** Whether nothing in a request, of which nothing is known yet, makes rows of its events. */
export function isOfWholeEvents(request: unknown): boolean {
  return typeof request === 'object' && request !== null && !OF_ROWS.some((member) => member in request);
}

/** The events of such a request as JSON text, the newest first, in pages. Resolves once the first one is there; throws why there will be none. */
export async function wholeEvents(
  request: ExportRequest,
  reader: BoundedReader,
  { scope = {}, signal }: ReadingOptions,
): Promise<AsyncIterable<readonly string[]>> {
  const { question, limit } = parseExport(request, scope);
  return oneAhead(linesOf(reader, { scope: question.scope, where: question.where }, limit, signal));
}
