import type { JsonValue } from '../../events/event.interface.js';
import { storableText } from '../../events/storable-text.js';
import { parseRfc3339 } from '../../events/validation/rfc3339.js';
import { isPlainObject, type RequestNode, type RequestReport } from './request-node.js';

const MAX_DEPTH = 64;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = 'must be an RFC 3339 date-time with an offset, such as 2026-01-31T12:00:00Z';
const TIME_OR_DATE = `${TIME}, or a date such as 2026-01-31, which begins at midnight in UTC`;
/** The offset of a time from a URL, where a plain + is a space. */
const LOST_PLUS = / \d\d:\d\d$/;
const TOO_MANY = 'must not make the request compare with more than 10000 values: send several requests';

/** JSON to compare with, its texts as events keep them. Undefined where it is none, or too large. */
export function jsonOf(node: RequestNode): JsonValue | undefined {
  if (node.isAbsent) return node.refuse('must be given: null counts as a value');
  try {
    return copyOf(node.value, node.report, 0);
  } catch (error) {
    if (error instanceof RangeError) return node.refuse(error.message);
    throw error;
  }
}

export function textOf(node: RequestNode): string | undefined {
  if (--node.report.valuesLeft < 0) return node.refuse(TOO_MANY);
  return typeof node.value === 'string' ? storableText(node.value) : node.refuse('must be a string');
}

/** RFC 3339 in UTC with milliseconds. */
export function timeOf(node: RequestNode): string | undefined {
  if (--node.report.valuesLeft < 0) return node.refuse(TOO_MANY);
  return momentIn(node.value) ?? node.refuse(`${TIME}; a whole day is asked for by gte and lt`);
}

/** The same; a date is its first moment in UTC. */
export function timeOrDateOf(node: RequestNode): string | undefined {
  const hint = LOST_PLUS.test(String(node.value)) ? '; in the query of a URL, a + is %2B' : '';
  return momentIn(node.value, 'T00:00:00Z') ?? node.refuse(TIME_OR_DATE + hint);
}

/** `ofDates` is what a date lacks to be a moment. */
function momentIn(value: unknown, ofDates = ''): string | undefined {
  const text = typeof value === 'string' && DATE.test(value) ? value + ofDates : String(value);
  const time = value instanceof Date ? value.getTime() : parseRfc3339(text);
  return time === undefined || Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** Throws a `RangeError` that tells what it must be. */
function copyOf(value: unknown, report: RequestReport, depth: number): JsonValue {
  if (--report.valuesLeft < 0) throw new RangeError(TOO_MANY);
  if (depth > MAX_DEPTH) throw new RangeError(`must not be nested deeper than ${MAX_DEPTH} levels`);
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'boolean' || value === null || Number.isFinite(value)) return value as JsonValue;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => copyOf(item, report, depth + 1));
  if (!isPlainObject(value)) throw new RangeError('must be JSON');
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // Not by assignment, by which __proto__ would set the prototype.
  return Object.fromEntries(members.map(([key, member]) => [storableText(key), copyOf(member, report, depth + 1)]));
}
