import { serializeEvent } from '../../events/serialize-event.js';
import type { ExportFormat } from './export-format.interface.js';
import { gathered } from './gathered.js';
import { isOfWholeEvents, wholeEvents } from './whole-events.js';

/** A JSON object a line: the whole event as it was answered when it was stored, or a row where columns are selected. */
export const NDJSON: ExportFormat = {
  contentType: 'application/x-ndjson',
  extension: 'ndjson',
  async chunks(request, { events, reader }, options) {
    if (isOfWholeEvents(request)) return ndjsonOf(await wholeEvents(request, reader, options), serializeEvent);
    return ndjsonOf((await events.export(request, options)).rows, JSON.stringify);
  },
};

/** The texts of such a file. */
export async function* ndjsonOf<T>(
  items: AsyncIterable<T>,
  textOf: (item: T) => string,
): AsyncGenerator<string, void, undefined> {
  for await (const lot of gathered(linesOf(items, textOf), ({ length }) => length)) yield lot.join('');
}

async function* linesOf<T>(items: AsyncIterable<T>, textOf: (item: T) => string): AsyncGenerator<string, void, undefined> {
  for await (const item of items) yield `${textOf(item)}\n`;
}
