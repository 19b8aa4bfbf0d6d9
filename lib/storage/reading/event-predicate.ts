import type { JsonValue, StoredEvent } from '../../events/event.interface.js';
import { comparisonTest } from './comparison-test.js';
import type { Comparison, Condition, ReadScope } from './event-query.interface.js';
import { operandValue } from './operand-value.js';

export type EventPredicate = (event: StoredEvent) => boolean;

/** Whether an event meets a condition, as every store decides it. */
export function predicateOf(condition: Condition): EventPredicate {
  if ('and' in condition) {
    const all = condition.and.map(predicateOf);
    return (event) => all.every((isMet) => isMet(event));
  }
  if ('or' in condition) {
    const any = condition.or.map(predicateOf);
    return (event) => any.some((isMet) => isMet(event));
  }
  if ('not' in condition) {
    const isMet = predicateOf(condition.not);
    return (event) => !isMet(event);
  }
  const { operand } = condition;
  const isMet = comparisonTest(operand.field === 'createdAt' ? ofTimes(condition) : condition);
  return (event) => isMet(operandValue(operand, event));
}

/** Whether an event is in a scope. */
export function isInScope({ projectId, integrationId, entityTypes }: ReadScope): EventPredicate {
  return (event) =>
    (projectId === undefined || event.projectId === projectId) &&
    (integrationId === undefined || event.integrationId === integrationId) &&
    (entityTypes === undefined || entityTypes.includes(event.entityType));
}

/** As texts of one length, times are in the order of time. */
function ofTimes(comparison: Comparison): Comparison {
  const timeOf = <Value extends JsonValue>(value: Value) => (typeof value === 'string' ? new Date(value).toISOString() : value);
  switch (comparison.operator) {
    case 'in':
      return { ...comparison, values: comparison.values.map(timeOf) };
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { ...comparison, value: timeOf(comparison.value) };
    default:
      return comparison;
  }
}
