import { DataSource } from 'typeorm';
import { QueryRefusal } from 'nestjs-event-log';
import type { TimeUnit } from '../../lib/storage/reading/event-query.interface.js';
import { timeBuckets } from '../../lib/storage/reading/time-buckets.js';
import { isTimeZone } from '../../lib/storage/reading/time-zone.js';

const HOUR = 3_600_000;
const UNITS: readonly TimeUnit[] = ['hour', 'day', 'week', 'month'];
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Asia/Beirut',
  'Pacific/Apia',
  'America/St_Johns',
];

/** Without seconds where these are zero, so that lists can be read. */
function short(buckets: readonly string[]): string[] {
  return buckets.map((start) => start.replace(/(:00)?\.000Z$/, 'Z'));
}

/** Numbers from 0 to 1, the same in each run. */
function numbers(): () => number {
  let state = 20_261_126;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function instantBetween(from: number, to: number, random: () => number): string {
  return new Date(from + Math.floor(random() * (to - from))).toISOString();
}

describe('timeBuckets', () => {
  it.each<[what: string, args: [from: string, to: string, unit: TimeUnit, timezone: string], expected: string[]]>([
    ['the hour of one instant', ['2026-05-06T07:08:09.010Z', '2026-05-06T07:08:09.010Z', 'hour', 'UTC'], ['2026-05-06T07:00Z']],
    [
      'an instant that a bucket starts with, and the last one before it',
      ['2026-05-05T23:59:59.999Z', '2026-05-06T00:00:00.000Z', 'day', 'UTC'],
      ['2026-05-05T00:00Z', '2026-05-06T00:00Z'],
    ],
    [
      'weeks from Monday, over the end of a year',
      ['2026-12-27T12:00:00.000Z', '2027-01-04T00:00:00.000Z', 'week', 'UTC'],
      ['2026-12-21T00:00Z', '2026-12-28T00:00Z', '2027-01-04T00:00Z'],
    ],
    [
      'months, with the leap day',
      ['2024-01-31T23:59:59.999Z', '2024-03-01T00:00:00.000Z', 'month', 'UTC'],
      ['2024-01-01T00:00Z', '2024-02-01T00:00Z', '2024-03-01T00:00Z'],
    ],
    [
      'days of 23 hours in Berlin',
      ['2026-03-28T12:00:00.000Z', '2026-03-30T12:00:00.000Z', 'day', 'Europe/Berlin'],
      ['2026-03-27T23:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ],
    [
      'days of 25 hours in Berlin',
      ['2026-10-24T12:00:00.000Z', '2026-10-26T12:00:00.000Z', 'day', 'Europe/Berlin'],
      ['2026-10-23T22:00Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ],
    [
      'weeks over both changes of the clocks in New York',
      ['2026-03-08T12:00:00.000Z', '2026-03-09T12:00:00.000Z', 'week', 'America/New_York'],
      ['2026-03-02T05:00Z', '2026-03-09T04:00Z'],
    ],
    [
      'months of a zone with 45 minutes',
      ['2026-01-31T18:14:59.999Z', '2026-01-31T18:15:00.000Z', 'month', 'Asia/Kathmandu'],
      ['2025-12-31T18:15Z', '2026-01-31T18:15Z'],
    ],
    [
      'hours of a zone with 30 minutes',
      ['2026-01-01T00:00:00.000Z', '2026-01-01T00:30:00.000Z', 'hour', 'Asia/Kolkata'],
      ['2025-12-31T23:30Z', '2026-01-01T00:30Z'],
    ],
    [
      'an hour that the clocks skip',
      ['2026-03-29T00:00:00.000Z', '2026-03-29T02:00:00.000Z', 'hour', 'Europe/Berlin'],
      ['2026-03-29T00:00Z', '2026-03-29T01:00Z', '2026-03-29T02:00Z'],
    ],
    [
      'an hour that the clocks show twice, as two',
      ['2026-10-24T23:30:00.000Z', '2026-10-25T02:00:00.000Z', 'hour', 'Europe/Berlin'],
      ['2026-10-24T23:00Z', '2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
    ],
    [
      'hours that the clocks show twice two hours later, each as two',
      ['2026-10-24T23:00:00.000Z', '2026-10-25T03:00:00.000Z', 'hour', 'Antarctica/Troll'],
      ['2026-10-24T23:00Z', '2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z', '2026-10-25T03:00Z'],
    ],
    [
      'an hour of 30 minutes, where Lord Howe skips its first half',
      ['2026-10-03T15:00:00.000Z', '2026-10-03T16:30:00.000Z', 'hour', 'Australia/Lord_Howe'],
      ['2026-10-03T14:30Z', '2026-10-03T15:30Z', '2026-10-03T16:00Z'],
    ],
    [
      'an hour of 90 minutes, where Lord Howe shows its second half twice',
      ['2026-04-04T14:59:59.999Z', '2026-04-04T15:30:00.000Z', 'hour', 'Australia/Lord_Howe'],
      ['2026-04-04T14:00Z', '2026-04-04T15:30Z'],
    ],
    [
      'a day that begins at one, as its midnight is skipped',
      ['2018-11-04T02:59:59.999Z', '2018-11-05T02:00:00.000Z', 'day', 'America/Sao_Paulo'],
      ['2018-11-03T03:00Z', '2018-11-04T03:00Z', '2018-11-05T02:00Z'],
    ],
    [
      'a day that begins at the first of two midnights',
      ['2020-10-31T12:00:00.000Z', '2020-11-02T05:00:00.000Z', 'day', 'America/Havana'],
      ['2020-10-31T04:00Z', '2020-11-01T04:00Z', '2020-11-02T05:00Z'],
    ],
    [
      'no day of 30 December 2011 in Apia, which went over to the other side of the date line',
      ['2011-12-29T12:00:00.000Z', '2011-12-31T12:00:00.000Z', 'day', 'Pacific/Apia'],
      ['2011-12-29T10:00Z', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
    ],
    [
      '19 October 1867, most of which Juneau had twice, as one day',
      ['1867-10-17T12:00:00.000Z', '1867-10-20T12:00:00.000Z', 'day', 'America/Juneau'],
      ['1867-10-17T08:57:41Z', '1867-10-18T08:57:41Z', '1867-10-20T08:57:41Z'],
    ],
    [
      'the first instant there is',
      ['0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z', 'month', 'UTC'],
      ['0001-01-01T00:00Z'],
    ],
    [
      'the first week there is, west of Greenwich',
      ['0001-01-01T00:00:00.000Z', '0001-01-01T04:56:02.000Z', 'week', 'America/New_York'],
      ['0000-12-25T04:56:02Z', '0001-01-01T04:56:02Z'],
    ],
    [
      'months of the first century',
      ['0098-12-15T00:00:00.000Z', '0099-01-15T00:00:00.000Z', 'month', 'UTC'],
      ['0098-12-01T00:00Z', '0099-01-01T00:00Z'],
    ],
    [
      'the last instant there is, where it is the next year already',
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z', 'month', 'Asia/Kolkata'],
      ['9999-12-31T18:30Z'],
    ],
  ])('has %s', (_what, args, expected) => {
    expect(short(timeBuckets(...args))).toEqual(expected);
  });

  it.each(ZONES.flatMap((timezone) => UNITS.map((unit) => [unit, timezone] as const)))(
    'covers any range by %ss of %s that ascend, none of them in vain',
    (unit, timezone) => {
      const random = numbers();
      for (let i = 0; i < 20; i++) {
        const from = instantBetween(Date.UTC(1000, 0), Date.UTC(2200, 0), random);
        const to = instantBetween(Date.parse(from), Date.parse(from) + 60 * 24 * HOUR, random);
        const buckets = timeBuckets(from, to, unit, timezone);
        expect(buckets).toEqual([...new Set(buckets)].sort());
        expect(buckets[0] <= from && !(buckets[1] <= from)).toBe(true);
        expect(buckets.at(-1)! <= to).toBe(true);
        expect(timeBuckets(to, to, unit, timezone)).toEqual([buckets.at(-1)]);
      }
    },
  );

  it.each(ZONES)('starts each bucket when the clocks of %s show its start, or when they have skipped it', (timezone) => {
    const clocks = new Intl.DateTimeFormat('sv', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' });
    const shown = (instant: number) => clocks.format(instant);
    const starts = { hour: /:00:00$/, day: / 00:00:00$/, week: / 00:00:00$/, month: /-01 00:00:00$/ };
    for (const unit of UNITS) {
      const skipped = timeBuckets('2011-01-01T00:00:00.000Z', '2012-01-31T00:00:00.000Z', unit, timezone)
        .map((start) => Date.parse(start))
        .filter((start) => !starts[unit].test(shown(start)))
        // The clocks went on by more than a second in the second before.
        .filter((start) => Date.parse(`${shown(start)}Z`) - Date.parse(`${shown(start - 1_000)}Z`) <= 1_000);
      expect(skipped).toEqual([]);
    }
  });

  it('has at most 10,000 buckets, and says which unit fits', () => {
    const hours = (count: number) => () =>
      timeBuckets('2026-01-01T00:00:00.000Z', new Date(Date.UTC(2026, 0) + (count - 1) * HOUR).toISOString(), 'hour', 'UTC');
    expect(hours(10_000)()).toHaveLength(10_000);
    expect(hours(10_001)).toThrow(
      new QueryRefusal('The time range has more than 10,000 buckets of one hour; group by day, or narrow the time range'),
    );
    const ever = (unit: TimeUnit) => () => timeBuckets('0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', unit, 'UTC');
    expect(ever('hour')).toThrow('; narrow the time range');
    expect(ever('month')).toThrow(QueryRefusal);
    const century = () => timeBuckets('1950-01-01T00:00:00.000Z', '2050-01-01T00:00:00.000Z', 'hour', 'Europe/Berlin');
    expect(century).toThrow('group by week');
  });

  it('refuses a time zone that is none', () => {
    const at = '2026-01-01T00:00:00.000Z';
    expect(() => timeBuckets(at, at, 'day', 'Europe/Atlantis')).toThrow(RangeError);
  });

  it('makes 10,000 days of Berlin in less than a quarter of a second', () => {
    const begun = process.cpuUsage();
    expect(timeBuckets('2000-01-01T00:00:00.000Z', '2027-05-17T00:00:00.000Z', 'day', 'Europe/Berlin')).toHaveLength(9_999);
    expect(process.cpuUsage(begun).user).toBeLessThan(250_000);
  });
});

describe('isTimeZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'europe/berlin', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
    'knows %s',
    (name) => expect(isTimeZone(name)).toBe(true),
  );

  it.each(['', ' ', 'Europe/Atlantis', 'Europe/Berlin ', '+01:00', '-0800', 'CEST5', '__proto__'])(
    'does not take %s for one',
    (name) => expect(isTimeZone(name)).toBe(false),
  );
});

const { TEST_POSTGRES_URL } = process.env;
(TEST_POSTGRES_URL ? describe : describe.skip)('timeBuckets, held against PostgreSQL', () => {
  let database: DataSource;
  beforeAll(async () => (database = await new DataSource({ type: 'postgres', url: TEST_POSTGRES_URL }).initialize()));
  afterAll(() => database.destroy());

  it.each(UNITS)('starts the %s of an instant as date_trunc() does', async (unit) => {
    const random = numbers();
    for (const timezone of ZONES) {
      const instants = Array.from({ length: 500 }, () => instantBetween(Date.UTC(1900, 0), Date.UTC(2037, 0), random));
      const rows: { start: Date }[] = await database.query(
        'SELECT date_trunc($1, instant, $2) AS start FROM unnest($3::timestamptz[]) WITH ORDINALITY AS i(instant, n) ORDER BY n',
        [unit, timezone, instants],
      );
      const starts = instants.map((instant) => timeBuckets(instant, instant, unit, timezone)[0]);
      expect(starts).toEqual(rows.map(({ start }) => start.toISOString()));
    }
  });
});
