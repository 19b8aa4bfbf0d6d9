import type { Condition, Operand } from '../../storage/reading/event-query.interface.js';

/** What a condition is about. */
export function fieldsOf(condition: Condition): readonly Operand['field'][] {
  if ('and' in condition) return condition.and.flatMap(fieldsOf);
  if ('or' in condition) return condition.or.flatMap(fieldsOf);
  return 'not' in condition ? fieldsOf(condition.not) : [condition.operand.field];
}
