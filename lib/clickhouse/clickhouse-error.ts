import { ServiceUnavailableException } from '@nestjs/common';
import { QueryRefusal, tookTooLong } from '../storage/reading/query-refusal.js';
import { tooLarge } from '../sql/sql.js';

/** Of ClickHouse, by their numbers: a value of a row that its column can't have. Nothing of the insert was stored. */
const REFUSED_ROW = ['6', '25', '26', '27', '33', '38', '41', '53', '69', '70', '72', '117', '131', '349', '469'];
/** A statement that is too large: of too many parts, too deep, or too long (as a syntax error, with a message). */
const TOO_LARGE = ['167', '168', '306'];
const TOO_LONG = ['159', '160'];
const TOO_MANY_ROWS = ['158', '307', '396'];
/**
 * What may pass: no database, table or column yet (81, 60, 47), as migrations run when the copy begins; too busy, shutting down,
 * read-only, without a replica, a quota that is used up (201), a setting that the user may not have (452), or a password that is
 * being changed.
 */
const LATER = (
  '47 60 81 164 194 201 202 203 209 210 236 242 243 252 253 279 285 ' +
  '286 289 290 319 335 425 439 452 473 497 499 516 519 574 586 999 1002'
).split(' ');

/** The number of an error of ClickHouse; empty of all else, such as a connection that was cut. */
export function clickHouseCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^\d+$/.test(code) ? code : '';
}

/** What may be told of an error: its text may hold what was asked for. */
export function clickHouseReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return 'type' in error && typeof error.type === 'string' ? `${code} ${error.type}` : code;
}

/** Whether the server can't be reached, or can't do it now: the same may work later. */
export function isUnavailable(error: unknown): boolean {
  const code = clickHouseCode(error);
  return code === '' || LATER.includes(code) || isOfServer(code, error);
}

/** What is thrown in place of an error by which ClickHouse can't be asked: its own words may name its user, or hold data. */
export function notAvailable(error: unknown): ServiceUnavailableException {
  return new ServiceUnavailableException('ClickHouse is not available', { cause: new Error(clickHouseReason(error)) });
}

/** Whether the server knows nothing of a column by the name that it was asked for. */
export function isMissingColumn(error: unknown): boolean {
  return clickHouseCode(error) === '47';
}

/** Whether the database or the table is not there. */
export function isMissingTable(error: unknown): boolean {
  return ['60', '81'].includes(clickHouseCode(error));
}

/** Whether a value of a row is the fault. */
export function isRefusedRow(error: unknown): boolean {
  return REFUSED_ROW.includes(clickHouseCode(error));
}

/** What a caller is told of a question that asks for too much; undefined where that is not the fault. */
export function refusalOf(error: unknown, timeoutMs: number): QueryRefusal | undefined {
  const code = clickHouseCode(error);
  if (TOO_LONG.includes(code)) return tookTooLong(timeoutMs);
  if (code === '241') return new QueryRefusal('The query needs too much memory; narrow the time range, or group by less');
  if (TOO_MANY_ROWS.includes(code)) return new QueryRefusal('The query has too many rows; narrow the time range');
  const isTooLong = code === '62' && error instanceof Error && error.message.includes('Max query size exceeded');
  return isTooLong || TOO_LARGE.includes(code) ? tooLarge() : undefined;
}

// Memory of all queries together, which is full whatever this one asks for.
function isOfServer(code: string, error: unknown): boolean {
  return code === '241' && error instanceof Error && /\(total\)|server memory/i.test(error.message);
}
