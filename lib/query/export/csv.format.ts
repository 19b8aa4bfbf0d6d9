import { exportOf } from '../event-export.js';
import type { ExportCells } from '../export-columns.js';
import type { ExportFormat } from './export-format.interface.js';
import { gathered } from './gathered.js';
import { harmlessCell } from './harmless-cell.js';
import { loadCsvStringify, type Stringify } from './load-csv-stringify.js';

/** A line break of its own ends a row for most readers, so a formula could begin after it. */
const LINE_BREAK = /[\r\n]/;

/** RFC 4180: a header, lines that end in CRLF, quotes where a cell needs them. */
export const CSV: ExportFormat = {
  contentType: 'text/csv; charset=utf-8',
  extension: 'csv',
  async chunks(request, reader, options) {
    const stringify = await loadCsvStringify();
    const { columns, pages } = await exportOf(request, reader, options);
    return csvOf(columns.names, pages, stringify);
  },
};

/** The texts of such a file. */
export async function* csvOf(
  columns: readonly string[],
  pages: AsyncIterable<readonly ExportCells[]>,
  stringify: Stringify,
): AsyncGenerator<string, void, undefined> {
  const lines = (rows: readonly ExportCells[]) =>
    stringify(
      rows.map((cells) => cells.map(harmlessCell)),
      { record_delimiter: 'windows', quoted_match: LINE_BREAK },
    );
  yield lines([columns]);
  for await (const lot of gathered(pages, lengthOf)) yield lines(lot);
}

function lengthOf(cells: ExportCells): number {
  return cells.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? cell.length : 0), 0);
}
