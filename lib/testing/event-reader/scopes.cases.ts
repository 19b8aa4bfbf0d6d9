import { randomUUID } from 'node:crypto';
import type { Condition, ReadScope } from '../../storage/reading/event-query.interface.js';
import type { EventReaderCase, EventReaderFixture } from './event-reader.case.js';
import { projectOf } from './expectations.js';
import { ALL, ask, COUNT, isIn, OPTIONS, that, valueOf } from './questions.js';

/** How often each way to read an id finds it. */
async function countsOf(fixture: EventReaderFixture, scope: ReadScope, id: string): Promise<number[]> {
  const { reader } = fixture;
  const where = that('id', isIn(id));
  const found = await reader.find(id, scope, OPTIONS);
  const { events } = await reader.list({ scope, where, limit: 100 }, OPTIONS);
  const { rows, total } = await ask(fixture, { scope, where, select: [valueOf('id')], counted: true });
  const grouped = await ask(fixture, { scope, where, select: [COUNT], groupBy: [] });
  const keys = await reader.keys({ scope, where, field: 'properties', limit: 100 }, OPTIONS);
  return [found.length, events.length, rows.length, total ?? 0, Number(grouped.rows[0][0]), keys[0]?.count ?? 0];
}

async function expectCounts(
  fixture: EventReaderFixture,
  id: string,
  cases: readonly (readonly [ReadScope, number])[],
): Promise<void> {
  for (const [scope, count] of cases) {
    fixture.expect([scope, await countsOf(fixture, scope, id)]).toEqual([scope, Array(6).fill(count)]);
  }
}

export const SCOPE_CASES: readonly EventReaderCase[] = [
  {
    title: 'reads the events of a scope alone',
    rule: 'A reader must answer events of the scope alone: of its project, of no project (null), of its integration and entity types.',
    async run(fixture) {
      const [id, one, other, integration] = Array.from({ length: 4 }, () => randomUUID());
      const ofType = { entityType: 'order', messageId: undefined, fields: {} };
      await projectOf(fixture, [
        { id, projectId: one, integrationId: integration },
        { id, projectId: other, integrationId: null, ...ofType },
        { id, projectId: null, integrationId: integration },
        { id, projectId: one.toUpperCase(), integrationId: integration.toUpperCase() },
        { id, projectId: `${one} `, integrationId: `${integration} ` },
      ]);
      await expectCounts(fixture, id, [
        [{}, 5],
        [{ projectId: one }, 1],
        [{ projectId: other }, 1],
        [{ projectId: null }, 1],
        [{ projectId: 'null' }, 0],
        [{ projectId: '' }, 0],
        [{ projectId: randomUUID() }, 0],
        [{ integrationId: integration }, 2],
        [{ integrationId: 'null' }, 0],
        [{ projectId: one, integrationId: integration }, 1],
        [{ projectId: other, integrationId: integration }, 0],
        [{ entityTypes: ['message'] }, 4],
        [{ entityTypes: ['order'] }, 1],
        [{ entityTypes: ['order', 'message'] }, 5],
        [{ entityTypes: ['Order'] }, 0],
        [{ entityTypes: [] }, 0],
        [{ projectId: other, entityTypes: ['message'] }, 0],
        [{ projectId: null, integrationId: integration, entityTypes: ['message'] }, 1],
      ]);
    },
  },
  {
    title: 'lets no condition widen a scope',
    rule: 'The scope must hold whatever the condition says: an `or` or a `not` must not reach events outside of it.',
    async run(fixture) {
      const [mine, theirs] = [
        await projectOf(fixture, [{ id: 'mine', properties: { a: 1 } }]),
        await projectOf(fixture, [{ id: 'theirs', properties: { a: 1 } }]),
      ];
      const conditions: readonly Condition[] = [
        { or: [that('projectId', isIn(theirs)), ALL] },
        { not: that('projectId', isIn(mine)) },
        { or: [that('id', isIn('theirs')), { or: [] }] },
        { not: { and: [that('projectId', isIn(mine)), { or: [] }] } },
        that('projectId', isIn(mine, theirs)),
        { not: { or: [] } },
      ];
      for (const where of conditions) {
        const { events } = await fixture.reader.list({ scope: { projectId: mine }, where, limit: 100 }, OPTIONS);
        fixture.expect(events.filter(({ id }) => id !== 'mine')).toEqual([]);
      }
      const both = { or: conditions };
      fixture.expect(await countsOf(fixture, { projectId: mine }, 'theirs')).toEqual([0, 0, 0, 0, 0, 0]);
      const { events } = await fixture.reader.list({ scope: { projectId: theirs }, where: both, limit: 100 }, OPTIONS);
      fixture.expect(events.map(({ id }) => id)).toEqual(['theirs']);
    },
  },
  {
    title: 'stops a query that nobody waits for',
    rule: 'A query whose signal is aborted must be rejected with the reason of the signal.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [{ id: '1' }]);
      const reason = new Error('gone');
      const options = { ...OPTIONS, signal: AbortSignal.abort(reason) };
      const listing = fixture.reader.list({ scope: { projectId }, where: ALL, limit: 1 }, options);
      fixture.expect(await listing.catch((error: unknown) => error)).toBe(reason);
    },
  },
];
