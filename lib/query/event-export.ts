import type { JsonField, QueryRow } from '../storage/reading/event-query.interface.js';
import type { BoundedReader } from './bounded-reader.js';
import type { ReadingOptions } from './event-filter.interface.js';
import { type ExportColumn, exportRow, headerOf, isOfDocument } from './export-columns.js';
import type { Column } from './grammar/column.js';
import { parseExport, type Question } from './grammar/query.parser.js';
import { InvalidQueryException } from './invalid-query.exception.js';
import { pagesOf } from './paging.js';
import type { EventExport, WireRow } from './query-answer.interface.js';

const MAX_KEYS = 1_000;

/** Resolves once the first page is there, so that what is refused is refused before anything is answered. */
export async function exportOf(request: unknown, reader: BoundedReader, options: ReadingOptions): Promise<EventExport> {
  const { scope = {}, signal } = options;
  const { question, columns: selected, limit } = parseExport(request, scope);
  const columns: ExportColumn[] = [];
  for (const column of selected) columns.push(await unpacked(column, question, reader, signal));
  const pages = pagesOf(reader, question, limit, signal);
  const { value: first = [] } = await pages.next();
  return { columns: headerOf(columns), rows: rowsOf(columns, first, pages) };
}

async function* rowsOf(
  columns: readonly ExportColumn[],
  first: readonly QueryRow[],
  others: AsyncGenerator<readonly QueryRow[], void, undefined>,
): AsyncGenerator<WireRow, void, undefined> {
  for (const row of first) yield exportRow(columns, row);
  for await (const page of others) for (const row of page) yield exportRow(columns, row);
}

async function unpacked(
  column: Column,
  { scope, where }: Question,
  reader: BoundedReader,
  signal?: AbortSignal,
): Promise<ExportColumn> {
  if (column.mode === 'json' || !isOfDocument(column)) return column;
  const field = column.key as JsonField;
  const counts = await reader.keys({ scope, where, field, limit: MAX_KEYS + 1 }, signal);
  if (counts.length > MAX_KEYS) throw tooManyKeys(field);
  return { ...column, keys: counts.map(({ key }) => key) };
}

function tooManyKeys(field: JsonField): InvalidQueryException {
  const detail = `${field} has more than ${MAX_KEYS} keys: select it with the mode json, or the paths that you need`;
  return new InvalidQueryException([{ pointer: '#/select', detail }]);
}
