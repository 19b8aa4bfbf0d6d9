import type { Condition, Operand, ReadScope } from '../storage/reading/event-query.interface.js';

type Field = Operand['field'];

/** What the index has by which the events of a scope are found in order of time. */
const OF_ALL: readonly Field[] = ['createdAt', 'id'];
const OF_PROJECT: readonly Field[] = [...OF_ALL, 'projectId', 'entityType'];

/** Whether that index alone, without a row, tells these fields of the events of a scope, and which they are. */
export function areIndexed(fields: readonly Field[], { projectId, integrationId, entityTypes }: ReadScope): boolean {
  const indexed = projectId === undefined ? OF_ALL : OF_PROJECT;
  const asked: readonly Field[] = entityTypes === undefined ? fields : [...fields, 'entityType'];
  return integrationId === undefined && asked.every((field) => indexed.includes(field));
}

/** What a condition is about. */
export function fieldsOf(condition: Condition): readonly Field[] {
  if ('and' in condition) return condition.and.flatMap(fieldsOf);
  if ('or' in condition) return condition.or.flatMap(fieldsOf);
  return 'not' in condition ? fieldsOf(condition.not) : [condition.operand.field];
}
