/** A span of time by the calendar: months, which differ in length, and milliseconds. */
export interface Duration {
  readonly months: number;
  readonly milliseconds: number;
}

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const SHORT = /^(\d{1,6})(s|m|h|d|w|mo|y)$/;
const ISO_8601 =
  /^P(?=\d|T)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/;

/**
 * Reads `30s`, `30m`, `24h`, `90d`, `12w`, `6mo` and `2y`, or ISO 8601 such as `P90D`, `P1Y6M` and `PT12H`. Undefined for anything
 * else. A day has 24 hours, as in UTC.
 */
export function parseDuration(text: string): Duration | undefined {
  const [, count, unit] = SHORT.exec(text) ?? [];
  if (count !== undefined) return inUnits({ [unit]: Number(count) });
  const found = ISO_8601.exec(text);
  if (found === null) return undefined;
  const [y, mo, w, d, h, m, s] = found.slice(1).map((digits) => Number(digits ?? 0));
  return inUnits({ y, mo, w, d, h, m, s });
}

/**
 * The moment so long before a time: first the months, by the calendar of UTC, and where that month has no such day, its last one;
 * then the rest.
 */
export function timeBefore(time: Date, { months, milliseconds }: Duration): Date {
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth() - months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const before = new Date(time);
  before.setUTCFullYear(year, month, Math.min(time.getUTCDate(), lastDay));
  return new Date(before.getTime() - milliseconds);
}

function inUnits({ y = 0, mo = 0, w = 0, d = 0, h = 0, m = 0, s = 0 }: Partial<Record<string, number>>): Duration {
  const milliseconds = (w * 7 + d) * DAY + h * HOUR + m * MINUTE + s * SECOND;
  return { months: y * 12 + mo, milliseconds };
}
