import type { Aggregate, Condition } from '../../storage/reading/event-query.interface.js';
import { QueryRefusal } from '../../storage/reading/query-refusal.js';
import type { EventReaderCase, EventReaderFixture } from './event-reader.case.js';
import { projectOf } from './expectations.js';
import { aggregate, ALL, ask, COUNT, isIn, json, that } from './questions.js';

const AGGREGATES = ['count', 'countDistinct', 'sum', 'avg', 'min', 'max'] as const satisfies readonly Aggregate[];

/** All six aggregates of a path. */
async function sixOf(fixture: EventReaderFixture, projectId: string, key: string) {
  const select = AGGREGATES.map((name) => aggregate(name, json('properties', key)));
  const { rows } = await ask(fixture, { scope: { projectId }, select, groupBy: [] });
  return rows[0];
}

async function expectSix(fixture: EventReaderFixture, values: readonly object[], six: readonly (number | null)[]): Promise<void> {
  const projectId = await projectOf(
    fixture,
    values.map((properties, index) => ({ id: String(index), properties })),
  );
  fixture.expect(await sixOf(fixture, projectId, 'v')).toEqual(six);
}

export const AGGREGATE_CASES: readonly EventReaderCase[] = [
  {
    title: 'aggregates numbers',
    rule: 'sum, avg, min and max must be of the numbers at a path, and count and countDistinct of all that is not null.',
    run: (fixture) => expectSix(fixture, [{ v: 3 }, { v: 0.5 }, { v: 10 }, { v: 0.5 }], [4, 3, 14, 3.5, 0.5, 10]),
  },
  {
    title: 'aggregates negative and large numbers',
    rule: 'Numbers must be summed up as doubles, not as integers of 32 or 64 bits or as decimals.',
    run: (fixture) =>
      expectSix(
        fixture,
        [{ v: -(2 ** 40) }, { v: 2 ** 52 }, { v: -0.25 }, { v: 0.25 }],
        [4, 4, 2 ** 52 - 2 ** 40, 2 ** 50 - 2 ** 38, -(2 ** 40), 2 ** 52],
      ),
  },
  {
    title: 'aggregates numbers in any notation',
    rule: 'Numbers must be aggregated by their values, whatever their notation.',
    run: (fixture) => expectSix(fixture, [{ v: 1e21 }, { v: 1e21 }], [2, 1, 2e21, 1e21, 1e21, 1e21]),
  },
  {
    title: 'leaves out of sums what is no number',
    rule: 'Texts of digits, booleans, arrays and objects must count, and be in no sum; null and what is missing must not count.',
    run: (fixture) =>
      expectSix(
        fixture,
        [{ v: 5 }, { v: '5' }, { v: '100' }, { v: true }, { v: [7] }, { v: { n: 8 } }, { v: null }, {}, { v: 1 }],
        [7, 7, 6, 3, 1, 5],
      ),
  },
  {
    title: 'has no sum without a number',
    rule: 'sum, avg, min and max of no number must be null, not 0.',
    run: (fixture) => expectSix(fixture, [{ v: 'a' }, { v: null }, {}], [1, 1, null, null, null, null]),
  },
  {
    title: 'has no sum beyond all numbers',
    rule: 'A sum that is too large for a double must be null or refused with a QueryRefusal: it is no error of the store.',
    async run(fixture) {
      const events = ['1', '2'].map((id) => ({ id, properties: { v: Number.MAX_VALUE } }));
      const query = { scope: { projectId: await projectOf(fixture, events) }, groupBy: [] };
      const sum = await ask(fixture, { ...query, select: [aggregate('sum', json('properties', 'v'))] }).then(
        ({ rows }) => rows[0][0],
        (error: unknown) => (error instanceof QueryRefusal ? null : error),
      );
      fixture.expect(sum).toBe(null);
    },
  },
  {
    title: 'tells values apart by their JSON text',
    rule: 'countDistinct must tell values apart as `in` does: 5 and "5", case, accents and the order of keys.',
    run: (fixture) =>
      expectSix(
        fixture,
        [
          ...[
            { v: 'a' },
            { v: 'a' },
            { v: 'A' },
            { v: 'a ' },
            { v: 'é' },
            { v: 'e\u0301' },
            { v: '5' },
            { v: '' },
            { v: 'true' },
          ],
          ...[{ v: true }, { v: false }, { v: { k: 1, l: 2 } }, { v: { l: 2, k: 1 } }, { v: [1, 2] }, { v: [2, 1] }, { v: [] }],
        ],
        [16, 15, null, null, null, null],
      ),
  },
  {
    title: 'answers one row of no events',
    rule: 'A query that groups by nothing must have one row, of no events too, and say that it has one.',
    async run(fixture) {
      const projectId = await projectOf(fixture, []);
      fixture.expect(await sixOf(fixture, projectId, 'v')).toEqual([0, 0, null, null, null, null]);
      const query = { scope: { projectId }, select: [COUNT], groupBy: [], counted: true };
      fixture.expect(await ask(fixture, query)).toEqual({ rows: [[0]], total: 1, next: null });
    },
  },
  {
    title: 'aggregates fields and times',
    rule: 'count and countDistinct of a field must leave out null, and min and max of `createdAt` be milliseconds since 1970.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        { id: '1', type: 'a', integrationId: 'i', createdAt: '2026-01-02T03:04:05.678Z', userProperties: { id: 'u' } },
        { id: '2', type: 'a', integrationId: null, createdAt: '1969-12-31T23:59:59.999Z', userProperties: { userId: 'u' } },
        { id: '3', type: 'A', integrationId: 'I', createdAt: '2026-01-02T03:04:05.678Z', userProperties: null },
        { id: '4', type: 'a ', integrationId: 'i', createdAt: '1970-01-01T00:00:00.000Z', userProperties: { id: 7 } },
      ]);
      const of = (name: Aggregate, field: 'id' | 'type' | 'integrationId' | 'createdAt' | 'userKey' | 'organizationId') =>
        aggregate(name, { field });
      const select = [
        COUNT,
        of('count', 'id'),
        of('count', 'integrationId'),
        of('countDistinct', 'integrationId'),
        of('countDistinct', 'type'),
        of('count', 'userKey'),
        of('countDistinct', 'userKey'),
        of('count', 'organizationId'),
        of('countDistinct', 'organizationId'),
        of('count', 'createdAt'),
        of('countDistinct', 'createdAt'),
        of('min', 'createdAt'),
        of('max', 'createdAt'),
      ];
      const { rows, total } = await ask(fixture, { scope: { projectId }, select, groupBy: [], counted: true });
      fixture.expect({ rows, total }).toEqual({ rows: [[4, 4, 3, 2, 3, 3, 2, 0, 0, 4, 3, -1, 1_767_323_045_678]], total: 1 });
    },
  },
  {
    title: 'aggregates only what is asked for',
    rule: 'Aggregates must be of the events that meet the condition, and of the scope.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        { id: '1', type: 'a', properties: { v: 1 } },
        { id: '2', type: 'b', properties: { v: 2 } },
        { id: '3', type: 'b', properties: { v: 4 } },
      ]);
      const sumOf = async (where: Condition) => {
        const select = [COUNT, aggregate('sum', json('properties', 'v'))];
        return (await ask(fixture, { scope: { projectId }, where, select, groupBy: [] })).rows;
      };
      fixture.expect(await sumOf(ALL)).toEqual([[3, 7]]);
      fixture.expect(await sumOf(that('type', isIn('b')))).toEqual([[2, 6]]);
      fixture.expect(await sumOf(that('type', isIn('c')))).toEqual([[0, null]]);
    },
  },
];
