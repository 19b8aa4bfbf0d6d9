import { serializeEvent } from '../events/serialize-event.js';
import type { EventFilter } from '../query/event-filter.interface.js';
import type { EventQueryService } from '../query/event-query.service.js';
import { csvOf } from '../query/export/csv.format.js';
import { loadCsvStringify } from '../query/export/load-csv-stringify.js';
import { ndjsonOf } from '../query/export/ndjson.format.js';
import { whereOf } from './events-where.js';
import { EXIT, Failure } from './failure.js';

/** The texts of a file of all events of a filter; `onEvent` is called for each. Resolves once it is sure that there will be one. */
type Chunks = (events: EventQueryService, filter: EventFilter, onEvent: () => void) => Promise<AsyncIterable<string>>;

/** Files as the route of the export writes them, by the names of `--format`. */
export const CHUNKS: Readonly<Record<'ndjson' | 'csv', Chunks>> = {
  async ndjson(events, filter, onEvent) {
    return ndjsonOf(told(events.iterate(filter), serializeEvent, onEvent));
  },
  async csv(events, filter, onEvent) {
    const stringify = await loadCsvStringify().catch(withoutCsv);
    const { columns, rows } = await events.export({ entityType: filter.entityType, where: whereOf(filter) });
    return csvOf(
      columns,
      told(rows, (row) => columns.map((column) => row[column]), onEvent),
      stringify,
    );
  },
};

export type Format = keyof typeof CHUNKS;

function withoutCsv(): never {
  throw new Failure(EXIT.unavailable, 'CSV needs one more package: npm install csv-stringify, or give --format ndjson.');
}

/** Each item as a page, as progress is told event by event. */
async function* told<T, U>(
  items: AsyncIterable<T>,
  made: (item: T) => U,
  onItem: () => void,
): AsyncGenerator<U[], void, undefined> {
  for await (const item of items) {
    onItem();
    yield [made(item)];
  }
}
