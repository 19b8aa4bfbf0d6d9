import type { JsonField, QueryRow } from '../storage/reading/event-query.interface.js';
import type { BoundedReader } from './bounded-reader.js';
import type { ReadingOptions } from './event-filter.interface.js';
import { type ExportCells, type ExportColumn, ExportColumns, isOfDocument } from './export-columns.js';
import type { Column } from './grammar/column.js';
import { parseExport, type Question } from './grammar/query.parser.js';
import { InvalidQueryException } from './invalid-query.exception.js';
import { oneAhead } from './one-ahead.js';
import { pagesOf } from './paging.js';
import { readingOptions } from './reading-options.js';

const MAX_KEYS = 1_000;

/** All that answers a request, in pages. */
export interface ExportPages {
  readonly columns: ExportColumns;
  readonly pages: AsyncIterable<readonly ExportCells[]>;
}

/** Resolves once the first page is there, so that what is refused is refused before anything is answered. */
export async function exportOf(request: unknown, reader: BoundedReader, options?: ReadingOptions): Promise<ExportPages> {
  const { scope, signal } = readingOptions(options);
  const { question, columns: selected, limit } = parseExport(request, scope);
  const unpackedColumns: ExportColumn[] = [];
  for (const column of selected) unpackedColumns.push(await unpacked(column, question, reader, signal));
  const columns = new ExportColumns(unpackedColumns);
  const pages = await oneAhead(pagesOf(reader, question, limit, signal));
  return { columns, pages: exported(columns, pages) };
}

async function* exported(
  columns: ExportColumns,
  pages: AsyncIterable<readonly QueryRow[]>,
): AsyncGenerator<ExportCells[], void, undefined> {
  for await (const page of pages) yield page.map((row) => columns.cellsOf(row));
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
