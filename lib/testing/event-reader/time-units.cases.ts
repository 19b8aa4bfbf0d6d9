import { QueryRefusal } from '../../storage/reading/query-refusal.js';
import type { TimeUnit } from '../../storage/reading/event-query.interface.js';
import type { EventReaderCase, EventReaderFixture } from './event-reader.case.js';
import { projectOf } from './expectations.js';
import { aggregate, ask, by, COUNT, isIn, json, that, valueOf } from './questions.js';

/** Events at these times, counted by unit. */
async function expectCounts(
  fixture: EventReaderFixture,
  times: readonly string[],
  unit: TimeUnit,
  timezone: string,
  counts: readonly (readonly [start: string, count: number])[],
): Promise<void> {
  const projectId = await projectOf(
    fixture,
    times.map((createdAt, index) => ({ id: String(index), createdAt })),
  );
  const time = by(unit, timezone);
  const query = { scope: { projectId }, select: [time, COUNT], groupBy: [time], counted: true };
  fixture.expect(await ask(fixture, query)).toEqual({ rows: counts, total: counts.length, next: null });
}

export const TIME_UNIT_CASES: readonly EventReaderCase[] = [
  {
    title: 'counts by the hour, and leaves out hours without an event',
    rule: 'A time expression must be the start of the bucket in UTC with milliseconds, which holds its first instant; no row is empty.',
    run: (fixture) =>
      expectCounts(
        fixture,
        ['2026-05-06T07:00:00.000Z', '2026-05-06T07:59:59.999Z', '2026-05-06T08:00:00.000Z', '2026-05-06T10:30:00.000Z'],
        'hour',
        'UTC',
        [
          ['2026-05-06T07:00:00.000Z', 2],
          ['2026-05-06T08:00:00.000Z', 1],
          ['2026-05-06T10:00:00.000Z', 1],
        ],
      ),
  },
  {
    title: 'counts by days of 23 and of 25 hours',
    rule: 'A day must be one of the clocks of the time zone, also where they are changed on it.',
    async run(fixture) {
      const spring = [
        '2026-03-28T22:59:59.999Z',
        '2026-03-28T23:00:00.000Z',
        '2026-03-29T21:59:59.999Z',
        '2026-03-29T22:00:00.000Z',
      ];
      await expectCounts(fixture, spring, 'day', 'Europe/Berlin', [
        ['2026-03-27T23:00:00.000Z', 1],
        ['2026-03-28T23:00:00.000Z', 2],
        ['2026-03-29T22:00:00.000Z', 1],
      ]);
      const autumn = [
        '2026-10-24T21:59:59.999Z',
        '2026-10-24T22:00:00.000Z',
        '2026-10-25T22:59:59.999Z',
        '2026-10-25T23:00:00.000Z',
      ];
      await expectCounts(fixture, autumn, 'day', 'Europe/Berlin', [
        ['2026-10-23T22:00:00.000Z', 1],
        ['2026-10-24T22:00:00.000Z', 2],
        ['2026-10-25T23:00:00.000Z', 1],
      ]);
    },
  },
  {
    title: 'counts by hours that the clocks skip and show twice',
    rule: 'An hour that the clocks show twice must be two buckets, and one that they skip none.',
    async run(fixture) {
      await expectCounts(
        fixture,
        ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-03-29T00:30:00.000Z', '2026-03-29T01:30:00.000Z'],
        'hour',
        'Europe/Berlin',
        [
          ['2026-03-29T00:00:00.000Z', 1],
          ['2026-03-29T01:00:00.000Z', 1],
          ['2026-10-25T00:00:00.000Z', 1],
          ['2026-10-25T01:00:00.000Z', 1],
        ],
      );
      const half = [
        '2026-04-04T14:15:00.000Z',
        '2026-04-04T15:15:00.000Z',
        '2026-04-04T15:30:00.000Z',
        '2026-10-03T15:30:00.000Z',
      ];
      await expectCounts(fixture, half, 'hour', 'Australia/Lord_Howe', [
        ['2026-04-04T14:00:00.000Z', 2],
        ['2026-04-04T15:30:00.000Z', 1],
        ['2026-10-03T15:30:00.000Z', 1],
      ]);
    },
  },
  {
    title: 'counts by weeks from Monday and by months of a zone',
    rule: 'Weeks must begin on Monday, months on the 1st, both by the clocks of the time zone.',
    async run(fixture) {
      const times = [
        '2026-12-27T18:29:59.999Z',
        '2026-12-27T18:30:00.000Z',
        '2026-12-31T18:29:59.999Z',
        '2026-12-31T18:30:00.000Z',
      ];
      await expectCounts(fixture, times, 'week', 'Asia/Kolkata', [
        ['2026-12-20T18:30:00.000Z', 1],
        ['2026-12-27T18:30:00.000Z', 3],
      ]);
      await expectCounts(fixture, times, 'month', 'Asia/Kolkata', [
        ['2026-11-30T18:30:00.000Z', 3],
        ['2026-12-31T18:30:00.000Z', 1],
      ]);
    },
  },
  {
    title: 'counts by days that begin at one, and leaves out one that never was',
    rule: 'A day whose midnight is skipped must begin at the first instant after it; a day that is skipped is no bucket.',
    async run(fixture) {
      await expectCounts(fixture, ['2018-11-04T02:59:59.999Z', '2018-11-04T03:00:00.000Z'], 'day', 'America/Sao_Paulo', [
        ['2018-11-03T03:00:00.000Z', 1],
        ['2018-11-04T03:00:00.000Z', 1],
      ]);
      await expectCounts(fixture, ['2011-12-30T09:59:59.999Z', '2011-12-30T10:00:00.000Z'], 'day', 'Pacific/Apia', [
        ['2011-12-29T10:00:00.000Z', 1],
        ['2011-12-30T10:00:00.000Z', 1],
      ]);
    },
  },
  {
    title: 'counts by months before the year 100 and by the last month',
    rule: 'Time units must cover the years 1 to 9999.',
    async run(fixture) {
      await expectCounts(fixture, ['0001-01-01T00:00:00.000Z', '0099-12-31T23:59:59.999Z'], 'month', 'UTC', [
        ['0001-01-01T00:00:00.000Z', 1],
        ['0099-12-01T00:00:00.000Z', 1],
      ]);
      await expectCounts(fixture, ['9999-12-31T23:59:59.999Z'], 'month', 'Europe/Berlin', [['9999-12-31T23:00:00.000Z', 1]]);
    },
  },
  {
    title: 'counts by time beside other groups, with all aggregates',
    rule: 'A time must be grouped by beside fields and paths, and have any aggregate.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        {
          id: '1',
          type: 'a',
          createdAt: '2026-05-06T23:00:00.000Z',
          properties: { n: 1, lang: 'de' },
          userProperties: { id: 'u' },
        },
        {
          id: '2',
          type: 'a',
          createdAt: '2026-05-07T12:00:00.000Z',
          properties: { n: 2.5, lang: 'de' },
          userProperties: { id: 'u' },
        },
        {
          id: '3',
          type: 'b',
          createdAt: '2026-05-07T12:00:00.000Z',
          properties: { n: 4, lang: null },
          userProperties: { id: 'v' },
        },
        { id: '4', type: 'a', createdAt: '2026-05-07T21:59:59.999Z', properties: { n: 'x', lang: 'en' }, userProperties: null },
        { id: '5', type: 'a', createdAt: '2026-05-07T22:00:00.000Z', properties: null, userProperties: { id: 'u' } },
      ]);
      const day = by('day', 'Europe/Berlin');
      const n = json('properties', 'n');
      const users = aggregate('countDistinct', { field: 'userKey' });
      const select = [COUNT, users, aggregate('sum', n), aggregate('avg', n), aggregate('max', n)];
      const [scope, first, second] = [{ projectId }, '2026-05-06T22:00:00.000Z', '2026-05-07T22:00:00.000Z'];
      const byDay = await ask(fixture, { scope, select: [day, ...select], groupBy: [day] });
      fixture.expect(byDay.rows).toEqual([
        [first, 4, 2, 7.5, 2.5, 4],
        [second, 1, 1, null, null, null],
      ]);
      const type = valueOf('type');
      const byType = await ask(fixture, { scope, select: [type, day, ...select], groupBy: [day, type] });
      fixture.expect(byType.rows).toEqual([
        ['a', first, 3, 1, 3.5, 1.75, 2.5],
        ['b', first, 1, 1, 4, 4, 4],
        ['a', second, 1, 1, null, null, null],
      ]);
      const lang = valueOf(json('properties', 'lang'));
      const byLang = await ask(fixture, { scope, select: [lang, day, COUNT], groupBy: [lang, day] });
      fixture.expect(byLang.rows).toEqual([
        [null, first, 1],
        [null, second, 1],
        ['de', first, 2],
        ['en', first, 1],
      ]);
    },
  },
  {
    title: 'tells the bucket of each event',
    rule: 'A time expression must be answered without groups, too.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        { id: '1', createdAt: '2026-05-06T21:59:59.999Z' },
        { id: '2', createdAt: '2026-05-06T22:00:00.000Z' },
      ]);
      const select = [valueOf('id'), by('day', 'Europe/Berlin'), by('hour'), by('month', 'Asia/Kathmandu')];
      const { rows } = await ask(fixture, { scope: { projectId }, select });
      fixture.expect(rows).toEqual([
        ['1', '2026-05-05T22:00:00.000Z', '2026-05-06T21:00:00.000Z', '2026-04-30T18:15:00.000Z'],
        ['2', '2026-05-06T22:00:00.000Z', '2026-05-06T22:00:00.000Z', '2026-04-30T18:15:00.000Z'],
      ]);
    },
  },
  {
    title: 'has no row by time of no events',
    rule: 'A query by time must have no rows where there are no events.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [{ id: '1' }]);
      const query = { scope: { projectId }, where: that('id', isIn('2')), select: [by('hour'), COUNT], counted: true };
      fixture.expect(await ask(fixture, { ...query, groupBy: [by('hour')] })).toEqual({ rows: [], total: 0, next: null });
    },
  },
  {
    title: 'refuses more than 10,000 buckets, and no wide range of few of them',
    rule: 'A query whose events span more than 10,000 buckets must be refused with a QueryRefusal that names the unit that fits.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        { id: '1', createdAt: '1990-01-01T00:00:00.000Z' },
        { id: '2', createdAt: '2026-01-01T00:00:00.000Z' },
      ]);
      const count = (unit: TimeUnit) => ask(fixture, { scope: { projectId }, select: [by(unit), COUNT], groupBy: [by(unit)] });
      const refused = await count('hour').catch((error: unknown) => error);
      fixture.expect(refused instanceof QueryRefusal).toBe(true);
      fixture.expect(String(refused).includes('week')).toBe(true);
      fixture.expect((await count('week')).rows).toEqual([
        ['1990-01-01T00:00:00.000Z', 1],
        ['2025-12-29T00:00:00.000Z', 1],
      ]);
    },
  },
];
