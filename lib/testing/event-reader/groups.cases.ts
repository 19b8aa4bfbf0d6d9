import type { JsonValue } from '../../events/event.interface.js';
import type { EventReaderCase } from './event-reader.case.js';
import { projectOf } from './expectations.js';
import { aggregate, ask, COUNT, json, valueOf } from './questions.js';

const V = valueOf(json('properties', 'v'));
const TYPE = valueOf('type');

/** Three events of one type, two of another and two of a third, with numbers of which the third has none. */
const THREE_TYPES = [
  ...['1', '2', '3'].map((id) => ({ id, type: 'b', properties: { v: Number(id) } })),
  ...['4', '5'].map((id) => ({ id, type: 'c', properties: { v: 1.5 } })),
  ...['6', '7'].map((id) => ({ id, type: 'a', properties: { v: 'none' } })),
];

export const GROUP_CASES: readonly EventReaderCase[] = [
  {
    title: 'groups by what is at a path',
    rule: 'Values of a path must be grouped by their JSON text, in its order; null and what is missing are one group, the first.',
    async run(fixture) {
      const values = [
        null,
        '',
        '5',
        'A',
        'a',
        'e\u0301',
        'é',
        '\uFFFD',
        '😀',
        10,
        5,
        [1],
        false,
        true,
        { k: 1, l: 2 },
        { l: 2, k: 1 },
      ];
      const twice = [...values, ...values].map((v, index) => ({ id: String(index), properties: { v } }));
      const projectId = await projectOf(fixture, [...twice, { id: 'missing', properties: {} }, { id: 'none', properties: null }]);
      const { rows, total } = await ask(fixture, { scope: { projectId }, select: [V, COUNT], groupBy: [V], counted: true });
      const expected = values.map((value): JsonValue[] => [value, value === null ? 4 : 2]);
      fixture.expect(rows.map((row) => JSON.stringify(row))).toEqual(expected.map((row) => JSON.stringify(row)));
      fixture.expect(total).toBe(values.length);
    },
  },
  {
    title: 'groups by fields, with null first',
    rule: 'Groups must be in the order of code points, with null first.',
    async run(fixture) {
      const types = ['A', 'a', 'a ', 'e\u0301', 'é', '\uFFFD', '😀'];
      const projectId = await projectOf(fixture, [
        { id: 'null', type: 'A', integrationId: null },
        ...types.map((type) => ({ id: type, type, integrationId: type })),
      ]);
      const scope = { projectId };
      const byType = await ask(fixture, { scope, select: [TYPE, COUNT], groupBy: [TYPE] });
      fixture.expect(byType.rows).toEqual(types.map((type) => [type, type === 'A' ? 2 : 1]));
      const integration = valueOf('integrationId');
      const byBoth = await ask(fixture, { scope, select: [COUNT, integration, TYPE], groupBy: [integration, TYPE] });
      fixture.expect(byBoth.rows).toEqual([[1, null, 'A'], ...types.map((type) => [1, type, type])]);
    },
  },
  {
    title: 'groups without selecting what it groups by',
    rule: 'What is grouped by need not be selected, nor what is ordered by.',
    async run(fixture) {
      const projectId = await projectOf(fixture, THREE_TYPES);
      const orderBy = [{ by: aggregate('max', json('properties', 'v')), direction: 'desc' }] as const;
      const { rows } = await ask(fixture, { scope: { projectId }, select: [COUNT], groupBy: [TYPE], orderBy });
      fixture.expect(rows).toEqual([[3], [2], [2]]);
    },
  },
  {
    title: 'orders groups by aggregates, and those that tie by what they are grouped by',
    rule: 'Groups must be ordered by aggregates with null first, `desc` the reverse; ties by what is grouped by, ascending.',
    async run(fixture) {
      const projectId = await projectOf(fixture, THREE_TYPES);
      const typesBy = async (by: typeof COUNT, direction: 'asc' | 'desc') => {
        const { rows } = await ask(fixture, {
          scope: { projectId },
          select: [TYPE],
          groupBy: [TYPE],
          orderBy: [{ by, direction }],
        });
        return rows.flat();
      };
      const avg = aggregate('avg', json('properties', 'v'));
      fixture.expect(await typesBy(COUNT, 'asc')).toEqual(['a', 'c', 'b']);
      fixture.expect(await typesBy(COUNT, 'desc')).toEqual(['b', 'a', 'c']);
      fixture.expect(await typesBy(avg, 'asc')).toEqual(['a', 'c', 'b']);
      fixture.expect(await typesBy(avg, 'desc')).toEqual(['b', 'c', 'a']);
    },
  },
  {
    title: 'orders groups by what they are grouped by',
    rule: 'Groups must be ordered by any of what they are grouped by, in either direction.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        { id: '1', type: 'a', integrationId: 'x' },
        { id: '2', type: 'b', integrationId: 'x' },
        { id: '3', type: 'a', integrationId: null },
        { id: '4', type: 'b', integrationId: 'y' },
      ]);
      const integration = valueOf('integrationId');
      const query = { scope: { projectId }, select: [TYPE, integration], groupBy: [TYPE, integration] };
      const descending = await ask(fixture, { ...query, orderBy: [{ by: integration, direction: 'desc' }] });
      fixture.expect(descending.rows).toEqual([
        ['b', 'y'],
        ['a', 'x'],
        ['b', 'x'],
        ['a', null],
      ]);
      const mixed = await ask(fixture, {
        ...query,
        orderBy: [
          { by: TYPE, direction: 'desc' },
          { by: integration, direction: 'asc' },
        ],
      });
      fixture.expect(mixed.rows).toEqual([
        ['b', 'x'],
        ['b', 'y'],
        ['a', null],
        ['a', 'x'],
      ]);
    },
  },
  {
    title: 'has no row of no group',
    rule: 'A query that groups by something must have no row where there are no events.',
    async run(fixture) {
      const projectId = await projectOf(fixture, []);
      const query = { scope: { projectId }, select: [TYPE, COUNT], groupBy: [TYPE], counted: true };
      fixture.expect(await ask(fixture, query)).toEqual({ rows: [], total: 0, next: null });
    },
  },
];
