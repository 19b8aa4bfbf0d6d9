import type { EventReaderCase } from './event-reader.case.js';
import { projectOf } from './expectations.js';
import { ask, isIn, json, that, valueOf } from './questions.js';

export const ROW_CASES: readonly EventReaderCase[] = [
  {
    title: 'answers the values of each event',
    rule: 'Values must be answered as they are stored, in the order of `select`; what is missing is null.',
    async run(fixture) {
      const properties = {
        text: 'a "b" \\ é 😀',
        number: 1e21,
        half: 0.5,
        yes: true,
        none: null,
        list: [1, 'a', [null]],
        b: 1,
        a: { z: 1, y: 2 },
      };
      const createdAt = '2026-05-06T07:08:09.010Z';
      const projectId = await projectOf(fixture, [
        { id: 'full', createdAt, properties, userProperties: { id: 'u' }, type: 't', integrationId: null, messageId: 'm' },
      ]);
      const fields = ['id', 'entityType', 'type', 'messageId', 'conversationId', 'searchQuery'] as const;
      const more = ['projectId', 'integrationId', 'organizationId', 'userKey', 'createdAt'] as const;
      const keys = ['text', 'number', 'half', 'yes', 'none', 'list', 'a', 'missing'];
      const select = [
        ...[...fields, ...more].map(valueOf),
        ...keys.map((key) => valueOf(json('properties', key))),
        valueOf(json('properties', 'a', 'z')),
        valueOf(json('properties')),
        valueOf(json('userProperties')),
        valueOf(json('fields')),
      ];
      const { rows } = await ask(fixture, { scope: { projectId }, select });
      const columns = ['full', 'message', 't', 'm', null, null, projectId, null, null, 'u', createdAt];
      const paths = [properties.text, 1e21, 0.5, true, null, [1, 'a', [null]], { z: 1, y: 2 }, null, 1];
      fixture
        .expect(rows.map((row) => JSON.stringify(row)))
        .toEqual([JSON.stringify([...columns, ...paths, properties, { id: 'u' }, null])]);
    },
  },
  {
    title: 'orders events by fields, with null first, and those that tie by time, id and project',
    rule: 'Rows must be in the order of code points with null first, `desc` the reverse; ties by time and id, ascending.',
    async run(fixture) {
      const [early, late] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z'];
      const projectId = await projectOf(fixture, [
        { id: 'c', integrationId: 'x', createdAt: early },
        { id: 'B', integrationId: 'x', createdAt: late },
        { id: 'a', integrationId: 'x', createdAt: late },
        { id: 'null', integrationId: null, createdAt: late },
        { id: 'X', integrationId: 'X', createdAt: late },
        { id: '\uFFFD', integrationId: '\uFFFD', createdAt: late },
        { id: '😀', integrationId: '😀', createdAt: late },
      ]);
      const idsBy = async (field: 'integrationId' | 'createdAt', direction: 'asc' | 'desc') => {
        const orderBy = [{ by: valueOf(field), direction }];
        return (await ask(fixture, { scope: { projectId }, select: [valueOf('id')], orderBy })).rows.flat();
      };
      fixture.expect(await idsBy('integrationId', 'asc')).toEqual(['null', 'X', 'c', 'B', 'a', '\uFFFD', '😀']);
      fixture.expect(await idsBy('integrationId', 'desc')).toEqual(['😀', '\uFFFD', 'c', 'B', 'a', 'X', 'null']);
      fixture.expect(await idsBy('createdAt', 'asc')).toEqual(['c', 'B', 'X', 'a', 'null', '\uFFFD', '😀']);
      fixture.expect(await idsBy('createdAt', 'desc')).toEqual(['B', 'X', 'a', 'null', '\uFFFD', '😀', 'c']);
    },
  },
  {
    title: 'orders events by what is at a path',
    rule: 'Values of a path must be ordered by their JSON text, with null first.',
    async run(fixture) {
      const values = [null, 'B', 'a', 10, 9, [1], true, { k: 1 }];
      const events = values.map((v, index) => ({ id: String(index), properties: { v } }));
      const projectId = await projectOf(fixture, events.reverse());
      const orderBy = [{ by: valueOf(json('properties', 'v')), direction: 'asc' }] as const;
      const { rows } = await ask(fixture, { scope: { projectId }, select: [valueOf('id')], orderBy });
      fixture.expect(rows.flat()).toEqual(values.map((_, index) => String(index)));
    },
  },
  {
    title: 'counts the rows where that is asked for',
    rule: '`total` must be the number of rows on all pages where it is asked for, and absent elsewhere.',
    async run(fixture) {
      const events = ['1', '2', '3', '4', '5'].map((id) => ({ id, type: id < '4' ? 'a' : 'b' }));
      const query = { scope: { projectId: await projectOf(fixture, events) }, select: [valueOf('id')], limit: 2 };
      const first = await ask(fixture, { ...query, counted: true });
      fixture.expect([first.rows, first.total]).toEqual([[['1'], ['2']], 5]);
      const second = await ask(fixture, { ...query, counted: true, after: first.next! });
      fixture.expect([second.rows, second.total]).toEqual([[['3'], ['4']], 5]);
      fixture.expect((await ask(fixture, { ...query, where: that('type', isIn('b')), counted: true })).total).toBe(2);
      fixture.expect((await ask(fixture, query)).total).toBe(undefined);
    },
  },
];
