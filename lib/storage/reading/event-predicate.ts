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
  if (operand.field === 'createdAt') return isMetByTime(condition);
  const isMet = comparisonTest(condition);
  return (event) => isMet(operandValue(operand, event));
}

/** Whether an event is in a scope. */
export function isInScope({ projectId, integrationId, entityTypes }: ReadScope): EventPredicate {
  return (event) =>
    (projectId === undefined || event.projectId === projectId) &&
    (integrationId === undefined || event.integrationId === integrationId) &&
    (entityTypes === undefined || entityTypes.includes(event.entityType));
}

function isMetByTime(comparison: Comparison): EventPredicate {
  const isMet = comparisonTest(ofInstants(comparison));
  return (event) => isMet(Date.parse(event.createdAt));
}

/** Texts of times, which have more than one form, as milliseconds. */
function ofInstants(comparison: Comparison): Comparison {
  const instantOf = (time: JsonValue) => Date.parse(String(time));
  switch (comparison.operator) {
    case 'in':
      return { ...comparison, values: comparison.values.map(instantOf) };
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { ...comparison, value: instantOf(comparison.value) };
    default:
      return comparison;
  }
}
