import { userKey } from '../../events/user-key.js';
import { checkFieldsOf } from '../../options/checks/known-fields.js';
import { typeName } from '../../options/checks/type-name.js';
import type { Person } from './erasure-receipt.interface.js';

/** Whose events, as the store finds them; without `among`, in all projects. Throws a `TypeError` that says what is wrong. */
export function checkedPerson(person: Person): { userKey: string; among?: { projectId: string | null } } {
  if (typeof person !== 'object' || person === null) {
    throw new TypeError(`Expected a person to be { userId, projectId? }, got ${typeName(person)}.`);
  }
  checkFieldsOf(person, ['userId', 'projectId'], 'a person');
  const { userId, projectId } = person;
  // An empty one is that of events that are nobody's: they would all go.
  if (userId === '' || (typeof userId !== 'string' && !Number.isFinite(userId))) {
    throw new TypeError(`Expected \`userId\` to be a text that is not empty, or a number, got ${shown(userId)}.`);
  }
  if (Number.isInteger(userId) && !Number.isSafeInteger(userId)) {
    throw new TypeError(
      'Expected `userId` to be a text where it is an integer beyond ±(2^53−1): the number may be that of another person.',
    );
  }
  if (projectId === '' || (typeof projectId !== 'string' && projectId !== null && projectId !== undefined)) {
    throw new TypeError(
      `Expected \`projectId\` to be the id of a project, null for events of none, or left out for all, got ${shown(projectId)}.`,
    );
  }
  return { userKey: userKey(userId), ...(projectId !== undefined && { among: { projectId } }) };
}

function shown(value: unknown): string {
  return value === '' ? 'an empty one' : typeName(value);
}
