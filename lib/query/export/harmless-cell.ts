import type { WireValue } from '../query-answer.interface.js';

/** What spreadsheets take for the beginning of a formula, the full-width forms and the minus sign of Unicode included. */
const FORMULA = /^[=+\-@\t\r\n\u2212\uFF1D\uFF0B\uFF0D\uFF20]/;
const NEGATIVE_NUMBER = /^-\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** A value as the text of a cell that no spreadsheet runs: after a quote, it shows a text as such. */
export function harmlessCell(value: WireValue | undefined): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return FORMULA.test(text) && !NEGATIVE_NUMBER.test(text) ? `'${text}` : text;
}
