import { exportOf, type ExportPages } from '../event-export.js';
import type { ExportFormat } from './export-format.interface.js';
import { gathered } from './gathered.js';
import { isOfWholeEvents, wholeEvents } from './whole-events.js';

/** A JSON object a line: the whole event as it was answered when it was stored, or a row where columns are selected. */
export const NDJSON: ExportFormat = {
  contentType: 'application/x-ndjson',
  extension: 'ndjson',
  async chunks(request, reader, options) {
    if (isOfWholeEvents(request)) return ndjsonOf(await wholeEvents(request, reader, options));
    return ndjsonOf(textsOf(await exportOf(request, reader, options)));
  },
};

/** The texts of a file of these lines. */
export async function* ndjsonOf(pages: AsyncIterable<readonly string[]>): AsyncGenerator<string, void, undefined> {
  for await (const lines of gathered(pages, ({ length }) => length)) yield [...lines, ''].join('\n');
}

async function* textsOf({ columns, pages }: ExportPages): AsyncGenerator<string[], void, undefined> {
  for await (const page of pages) yield page.map((cells) => JSON.stringify(columns.rowOf(cells)));
}
