import type { JsonValue } from '../../events/event.interface.js';
import { compareCodePoints } from './code-point-order.js';
import type { Comparison } from './event-query.interface.js';
import { containsJson } from './json-containment.js';
import { isObject } from './operand-value.js';

type Test<Value = JsonValue> = (value: Value) => boolean;
type Inequality = 'gt' | 'gte' | 'lt' | 'lte';

/** Whether a value compares as it is asked for. */
export function comparisonTest(comparison: Comparison): Test {
  if (comparison.operator === 'isNull') return (value) => value === null;
  const test = testOfValue(comparison);
  return (value) => value !== null && test(value);
}

function testOfValue(comparison: Exclude<Comparison, { readonly operator: 'isNull' }>): Test {
  switch (comparison.operator) {
    case 'in':
      return isOneOf(comparison.values);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return isInOrder(comparison.operator, comparison.value);
    case 'contains':
    case 'startsWith':
      return hasText(comparison.operator, comparison.value);
    case 'arrayContains':
      return hasItems(comparison.values);
    case 'jsonContains':
      return (value) => containsJson(value, comparison.value);
    case 'jsonContainedBy':
      return (value) => containsJson(comparison.value, value);
    case 'hasKeys':
      return hasKeys(comparison.keys, comparison.quantifier);
    case 'arrayContainsObject':
      return (value) => Array.isArray(value) && value.some((item) => containsJson(item, comparison.value));
  }
}

function isOneOf(values: readonly JsonValue[]): Test {
  const texts = new Set(values.map((value) => JSON.stringify(value)));
  return (value) => texts.has(JSON.stringify(value));
}

function isInOrder(operator: Inequality, limit: string | number): Test {
  const isRight = ORDERS[operator];
  return (value) => isRight(compare(value, limit));
}

const ORDERS: Readonly<Record<Inequality, Test<number>>> = {
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

/** NaN, which is in no order, for values of two types. */
function compare(value: JsonValue, limit: string | number): number {
  if (typeof value === 'string' && typeof limit === 'string') return compareCodePoints(value, limit);
  return typeof value === 'number' && typeof limit === 'number' ? value - limit : NaN;
}

function hasText(operator: 'contains' | 'startsWith', part: string): Test {
  if (operator === 'contains') return (value) => typeof value === 'string' && value.includes(part);
  return (value) => typeof value === 'string' && value.startsWith(part);
}

function hasItems(values: readonly JsonValue[]): Test {
  const texts = values.map((value) => JSON.stringify(value));
  return (value) => {
    if (!Array.isArray(value)) return false;
    const items = new Set(value.map((item) => JSON.stringify(item)));
    return texts.every((text) => items.has(text));
  };
}

function hasKeys(keys: readonly string[], quantifier: 'all' | 'any'): Test {
  return (value) => {
    if (!isObject(value)) return false;
    const isKey = (key: string) => Object.hasOwn(value, key);
    return quantifier === 'all' ? keys.every(isKey) : keys.some(isKey);
  };
}
