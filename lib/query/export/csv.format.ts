import { exportOf, type ExportPages } from '../event-export.js';
import type { WireRow } from '../query-answer.interface.js';
import type { ExportFormat } from './export-format.interface.js';
import { gathered } from './gathered.js';
import { harmlessCell } from './harmless-cell.js';
import { loadCsvStringify, type Stringify } from './load-csv-stringify.js';

/** RFC 4180: a header, lines that end in CRLF, quotes where a cell needs them. */
export const CSV: ExportFormat = {
  contentType: 'text/csv; charset=utf-8',
  extension: 'csv',
  async chunks(request, reader, options) {
    const stringify = await loadCsvStringify();
    return csvOf(await exportOf(request, reader, options), stringify);
  },
};

/** The texts of such a file. */
export async function* csvOf({ columns, pages }: ExportPages, stringify: Stringify): AsyncGenerator<string, void, undefined> {
  const lines = (cells: string[][]) => stringify(cells, { record_delimiter: 'windows' });
  yield lines([columns.map(harmlessCell)]);
  for await (const lot of gathered(pages, lengthOf)) {
    yield lines(lot.map((row) => columns.map((column) => harmlessCell(row[column]))));
  }
}

function lengthOf(row: WireRow): number {
  return Object.values(row).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
}
