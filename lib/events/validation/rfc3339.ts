const MAX_LENGTH = 64;
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/i;
const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
/** The last moment that a date-time can name. */
export const LAST_TIME = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Milliseconds since 1970 of an RFC 3339 date-time with an offset, finer fractions cut off. `undefined` for anything
 * else, also for days that do not exist, leap seconds, and what lies outside the years 1 to 9999 in UTC.
 */
export function parseRfc3339(text: string): number | undefined {
  const match = text.length <= MAX_LENGTH ? DATE_TIME.exec(text) : null;
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const offsetHour = Number(match[9] ?? 0);
  const offsetMinute = Number(match[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;

  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC() takes the years 0 to 99 for 1900 to 1999
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;

  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offset = (offsetHour * 60 + offsetMinute) * 60_000 * (match[8] === '-' ? -1 : 1);
  const time = date.setUTCHours(hour, minute, second, millisecond) - offset;
  return time >= FIRST && time <= LAST_TIME ? time : undefined;
}
