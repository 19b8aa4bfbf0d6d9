import type { TimeUnit } from './event-query.interface.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** From Monday, 5 January 1970, back to 1 January. */
const MONDAY = 4 * DAY;

/** A unit of the calendar, counted through by whole numbers; local times are milliseconds, as in `ZoneClock`. */
export interface CalendarUnit {
  /** The number of the unit that a local time is in. */
  numberOf(local: number): number;
  /** The local time at which the unit with a number starts. */
  startOf(number: number): number;
  /** In milliseconds, of a unit that is always as long. */
  readonly length?: number;
}

export const CALENDAR_UNITS: Readonly<Record<TimeUnit, CalendarUnit>> = {
  hour: everyMs(HOUR, 0),
  day: everyMs(DAY, 0),
  week: everyMs(7 * DAY, MONDAY),
  month: {
    numberOf(local) {
      const date = new Date(local);
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    },
    // Date.UTC() takes the years 0 to 99 for those after 1900.
    startOf: (number) => new Date(0).setUTCFullYear(0, number, 1),
  },
};

function everyMs(length: number, first: number): CalendarUnit {
  return {
    numberOf: (local) => Math.floor((local - first) / length),
    startOf: (number) => number * length + first,
    length,
  };
}
