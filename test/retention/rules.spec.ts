import { parseDuration, timeBefore } from '../../lib/options/duration.js';
import { RetentionSettings } from '../../lib/retention/retention-settings.js';

const DAY = 86_400_000;

it.each([
  ['90d', 0, 90 * DAY],
  ['P90D', 0, 90 * DAY],
  ['12w', 0, 84 * DAY],
  ['P12W', 0, 84 * DAY],
  ['6mo', 6, 0],
  ['P6M', 6, 0],
  ['2y', 24, 0],
  ['P2Y', 24, 0],
  ['P1Y6M10D', 18, 10 * DAY],
  ['PT12H', 0, DAY / 2],
  ['PT5M', 0, 300_000],
  ['P1DT1H1M1S', 0, DAY + 3_661_000],
  ['12h', 0, DAY / 2],
])('%s is %i months and %i ms', (text, months, milliseconds) => {
  expect(parseDuration(text)).toEqual({ months, milliseconds });
});

it.each(['', '90', '90 d', '90D', 'd', 'P', 'PT', 'P1', 'P1.5Y', '-1d', 'P-1D', '1y6mo', 'P1D1Y', '٣d', '9999999d'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

it.each([
  ['a leap day, a year later', '2029-03-01T00:00:00.000Z', 'P1Y', '2028-03-01T00:00:00.000Z'],
  ['the day before, a year later', '2029-02-28T12:00:00.000Z', 'P1Y', '2028-02-28T12:00:00.000Z'],
  ['from a leap day, a year back', '2028-02-29T12:00:00.000Z', 'P1Y', '2027-02-28T12:00:00.000Z'],
  ['from a leap day, four years back', '2028-02-29T12:00:00.000Z', 'P4Y', '2024-02-29T12:00:00.000Z'],
  ['from March 31, a month back', '2027-03-31T23:59:59.999Z', 'P1M', '2027-02-28T23:59:59.999Z'],
  ['over the end of a year', '2027-01-15T00:00:00.000Z', '13mo', '2025-12-15T00:00:00.000Z'],
  ['months before days', '2027-03-31T00:00:00.000Z', 'P1M1D', '2027-02-27T00:00:00.000Z'],
  ['over the change to summer time', '2027-03-29T00:30:00.000Z', '1d', '2027-03-28T00:30:00.000Z'],
])('time before: %s', (_what, now, text, before) => {
  expect(timeBefore(new Date(now), parseDuration(text)!).toISOString()).toBe(before);
});

it.each<[unknown, string]>([
  [{ rules: {} }, 'Expected `rules` to be a list'],
  [{ rules: ['90d'] }, 'Expected `rules[0]` to be { keepFor, entityType?, projectId? }, got string'],
  [{ rules: [{}] }, "Expected `rules[0].keepFor` to be a duration such as '90d', '12w', '6mo', '2y' or 'P1Y6M', got undefined"],
  [{ rules: [{ keepFor: 90 }] }, 'got number'],
  [{ rules: [{ keepFor: '90' }] }, "got '90'"],
  [{ rules: [{ keepFor: '6m' }] }, "got '6m': write mo for months, or PT6M for minutes"],
  [{ rules: [{ keepFor: '90s' }] }, "got '90s'"],
  [{ rules: [{ keepFor: '0d' }] }, 'longer than nothing'],
  [{ rules: [{ keepFor: '1001y' }] }, 'at most 1,000 years'],
  [{ rules: [{ keepFor: '1d', type: 'x' }] }, 'Unknown option `type`: known are keepFor, entityType, projectId'],
  [
    { rules: [{ keepFor: '1d', entityType: '' }] },
    'Expected `rules[0].entityType` to be the name of an entity type, got an empty text',
  ],
  [{ rules: [{ keepFor: '1d', projectId: 1 }] }, 'Expected `rules[0].projectId` to be an id, got number'],
  [
    { rules: [{ keepFor: '1d', projectId: 'p1' }, { keepFor: '90d' }, { keepFor: 'P2Y', projectId: 'p1' }] },
    "Two of `rules` are for the same events: events of project 'p1' for P2Y",
  ],
  [{ every: 0 }, 'Expected `every` to be an integer of milliseconds'],
  [{ ignoreConsumers: 'yes' }, 'Expected `ignoreConsumers` to be true or false'],
  [{ rule: [] }, 'Unknown option `rule`: known are rules, every, ignoreConsumers'],
])('the options %j are refused, and what to write is named', (options, message) => {
  expect(() => new RetentionSettings(options as object)).toThrow(message);
});
