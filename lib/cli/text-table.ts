import { printable } from './printable.js';

/** Lines of columns as wide as their widest cell; no cell can end its line. */
export function textTable(rows: readonly string[][]): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
