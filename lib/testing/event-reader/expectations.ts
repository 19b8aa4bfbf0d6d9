import { randomUUID } from 'node:crypto';
import type { EventRecord } from '../../events/event.interface.js';
import type { Comparison, Condition, Operand, TextField } from '../../storage/reading/event-query.interface.js';
import { newEvent } from '../event-repository/events.js';
import type { EventReaderFixture } from './event-reader.case.js';
import { idsOf, store, that } from './questions.js';

/** A condition, and the ids of the events that meet it. */
export type ConditionCase = readonly [where: Condition, ids: readonly string[]];

/** Stores events in a project of their own. */
export async function projectOf(fixture: EventReaderFixture, events: readonly object[]): Promise<string> {
  const projectId = randomUUID();
  await store(
    fixture,
    events.map((fields): EventRecord => newEvent({ projectId, ...fields })),
  );
  return projectId;
}

/** Each condition finds these events, and its `not` all others. */
export async function expectFound(
  fixture: EventReaderFixture,
  projectId: string,
  cases: readonly ConditionCase[],
): Promise<void> {
  const all = await idsOf(fixture, { projectId });
  const [found, expected]: Record<string, readonly string[]>[] = [{}, {}];
  for (const [where, ids] of cases) {
    const name = JSON.stringify(where);
    found[name] = await idsOf(fixture, { projectId }, where);
    found[`not ${name}`] = await idsOf(fixture, { projectId }, { not: where });
    expected[name] = all.filter((id) => ids.includes(id));
    expected[`not ${name}`] = all.filter((id) => !ids.includes(id));
    fixture.expect(ids.filter((id) => !all.includes(id))).toEqual([]);
  }
  fixture.expect(found).toEqual(expected);
}

/** Comparisons of one operand. */
export function casesOf(
  operand: Operand | TextField | 'createdAt',
  cases: readonly (readonly [comparison: Comparison, ids: readonly string[]])[],
): ConditionCase[] {
  return cases.map(([comparison, ids]) => [that(operand, comparison), ids]);
}
