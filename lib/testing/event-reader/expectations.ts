import { randomUUID } from 'node:crypto';
import type { EventRecord } from '../../events/event.interface.js';
import type { Comparison, Condition, Operand, TextField } from '../../storage/reading/event-query.interface.js';
import { compareCodePoints } from '../../storage/reading/code-point-order.js';
import { newEvent } from '../event-repository/events.js';
import { isSameJson } from '../same-json.js';
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
  // Only what is wrong, as it is read by those who wrote the reader.
  const [found, expected]: Record<string, readonly string[]>[] = [{}, {}];
  for (const [where, ids] of cases.flatMap((one) => [one, complementOf(one, all)])) {
    const [answer, right] = [await idsOf(fixture, { projectId }, where), [...ids].sort(compareCodePoints)];
    if (isSameJson(answer, right)) continue;
    const name = JSON.stringify(where);
    found[name] = answer;
    expected[name] = right;
  }
  fixture.expect(found).toEqual(expected);
}

function complementOf([where, ids]: ConditionCase, all: readonly string[]): ConditionCase {
  return [{ not: where }, all.filter((id) => !ids.includes(id))];
}

/** Comparisons of one operand. */
export function casesOf(
  operand: Operand | TextField | 'createdAt',
  cases: readonly (readonly [comparison: Comparison, ids: readonly string[]])[],
): ConditionCase[] {
  return cases.map(([comparison, ids]) => [that(operand, comparison), ids]);
}
