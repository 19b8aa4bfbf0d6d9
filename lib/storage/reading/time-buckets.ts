import { CALENDAR_UNITS } from './calendar-unit.js';
import type { TimeUnit } from './event-query.interface.js';
import { QueryRefusal } from './query-refusal.js';
import { ZoneClock } from './zone-clock.js';

/** Of a query. */
export const MAX_BUCKETS = 10_000;
const UNITS: readonly TimeUnit[] = ['hour', 'day', 'week', 'month'];
/** No clock has been put back by more. */
const DAY = 86_400_000;

/**
 * The starts of the buckets that hold the events from one time to another, both included: RFC 3339 in UTC, ascending. A bucket
 * ends where the next one starts. An hour that the clocks show twice is two buckets; days, weeks and months start when the clocks
 * first show their start or skip it. The time zones are those of Node, so that every store has the same ones: a reader of your own
 * groups by them as well.
 *
 * @example
 * ```ts
 * timeBuckets('2026-01-31T12:00:00Z', '2026-02-01T12:00:00Z', 'day', 'Europe/Berlin');
 * // ['2026-01-30T23:00:00.000Z', '2026-01-31T23:00:00.000Z']
 * ```
 *
 * Throws a `QueryRefusal` where there are more than 10,000, and a `RangeError` for an unknown time zone.
 */
export function timeBuckets(from: string, to: string, unit: TimeUnit, timezone: string): string[] {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  const clock = new ZoneClock(timezone);
  const [earliest, latest] = [clock.localTime(first) - DAY, clock.localTime(last) + DAY];
  // Of so few more it may be that some are left out below.
  if (unitsBetween(earliest, latest, unit) > MAX_BUCKETS + 100) throw tooMany(earliest, latest, unit);
  const starts = startsBetween(earliest, latest, unit, clock).filter((start) => start <= last);
  const buckets = starts.filter((_, bucket) => !(starts[bucket + 1] <= first));
  if (buckets.length > MAX_BUCKETS) throw tooMany(earliest, latest, unit);
  return buckets.map((start) => new Date(start).toISOString());
}

function startsBetween(earliest: number, latest: number, unit: TimeUnit, clock: ZoneClock): number[] {
  const { numberOf, startOf } = CALENDAR_UNITS[unit];
  const starts = new Set<number>();
  for (let number = numberOf(earliest); number <= numberOf(latest); number++) {
    const [first, ...again] = clock.instantsOf(startOf(number));
    starts.add(first);
    if (unit === 'hour') again.forEach((start) => starts.add(start));
  }
  return [...starts].sort((a, b) => a - b);
}

function unitsBetween(earliest: number, latest: number, unit: TimeUnit): number {
  const { numberOf } = CALENDAR_UNITS[unit];
  return numberOf(latest) - numberOf(earliest);
}

function tooMany(earliest: number, latest: number, unit: TimeUnit): QueryRefusal {
  const coarser = UNITS.slice(UNITS.indexOf(unit) + 1).find((one) => unitsBetween(earliest, latest, one) <= MAX_BUCKETS);
  const advice = coarser === undefined ? 'narrow the time range' : `group by ${coarser}, or narrow the time range`;
  return new QueryRefusal(`The time range has more than 10,000 buckets of one ${unit}; ${advice}`);
}
