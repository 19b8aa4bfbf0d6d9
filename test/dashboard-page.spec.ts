import fc from 'fast-check';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

/** What the page does without a browser; its files are served as they are, and so have no types. */
const load = (name: string) => import(pathToFileURL(resolve('lib/dashboard/page', name)).href) as Promise<Record<string, never>>;

interface Times {
  bucketsOf(unit: string, period: { from: number; to: number }, zone: string): number[];
  localText(instant: number, zone: string): string;
  ofLocalText(text: string, zone: string): string;
}

interface Filters {
  filtersOf(search: string): object;
  searchOf(filters: object): string;
  conditionsOf(filters: object): object[];
}

const HOUR = 3_600_000;

describe('The times of the dashboard', () => {
  const buckets = async (unit: string, from: string, to: string, zone: string) => {
    const { bucketsOf } = (await load('times.js')) as unknown as Times;
    return bucketsOf(unit, { from: Date.parse(from), to: Date.parse(to) }, zone);
  };

  it.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Asia/Kathmandu', '2026-03-29', 24],
  ])('a day in %s is one bucket, on %s of %d hours', async (zone, date, hours) => {
    const noon = Date.parse(`${date}T12:00:00Z`);
    const starts = await buckets('day', new Date(noon - 48 * HOUR).toISOString(), new Date(noon + 48 * HOUR).toISOString(), zone);
    const { localText } = (await load('times.js')) as unknown as Times;
    const index = starts.findIndex((start) => localText(start, zone).startsWith(date));
    expect((starts[index + 1]! - starts[index]!) / HOUR).toBe(hours);
    expect(new Set(starts.map((start) => localText(start, zone).slice(0, 10))).size).toBe(starts.length);
  });

  it('weeks begin on Monday, where the viewer is', async () => {
    const starts = await buckets('week', '2026-10-20T00:00:00Z', '2026-11-03T00:00:00Z', 'Europe/Berlin');
    expect(starts.map((start) => new Date(start).toISOString())).toEqual([
      '2026-10-18T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
      '2026-11-01T23:00:00.000Z',
    ]);
  });

  it('what a field for a time shows is read as the same instant', async () => {
    const { localText, ofLocalText } = (await load('times.js')) as unknown as Times;
    for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns']) {
      expect(ofLocalText(localText(Date.parse('2026-07-05T23:59:58Z'), zone), zone)).toBe('2026-07-05T23:59:58.000Z');
    }
  });
});

describe('The newest events of the dashboard', () => {
  it.each([
    [{ messageId: 'm', searchQuery: 'q' }, {}, 'm'],
    [{}, { totalCents: 5, orderId: 'o', items: '[1]' }, 'orderId: o'],
    [{}, { type: 'a.common.one', items: [1], zone: 'north', count: 5 }, 'count: 5'],
    [{}, { items: '[1]', none: null }, undefined],
    [{}, undefined, undefined],
  ])('of %j with the fields %j are about %s', async (event, own, about) => {
    const { aboutOf } = (await load('about.js')) as unknown as { aboutOf(event: object, own?: object): string | undefined };
    expect(aboutOf(event, own)).toBe(about);
  });
});

describe('The filters of the dashboard', () => {
  it('stand in the URL, whatever their texts are', async () => {
    const { filtersOf, searchOf } = (await load('filters.js')) as unknown as Filters;
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', '', 'a.b', '&=?#%', '\u202e'));
    const property = fc.record({ document: fc.constantFrom('properties', 'userProperties', 'fields'), key: text, value: text });
    fc.assert(
      fc.property(text, text, fc.array(property, { maxLength: 3 }), (type, user, properties) => {
        const filters = { ...filtersOf(''), type, user, properties };
        expect(filtersOf(searchOf(filters))).toEqual(filters);
      }),
    );
  });

  it.each([
    ['5', ['5', 5]],
    ['true', ['true', true]],
    ['05', ['05']],
    ['null', ['null']],
    ['/docs', ['/docs']],
  ])('a property that is shown as %s may be any of %j', async (text, values) => {
    const { filtersOf, conditionsOf } = (await load('filters.js')) as unknown as Filters;
    const [condition] = conditionsOf(filtersOf(`?properties.a=${encodeURIComponent(text)}`));
    const asked = values.map((value) => ({ condition: { field: 'properties', operator: 'eq', value: { path: ['a'], value } } }));
    expect(condition).toEqual(asked.length === 1 ? asked[0] : { or: asked });
  });
});
