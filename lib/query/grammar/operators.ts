import type { FilterOperator } from '../query-request.interface.js';
import type { ComparandKind } from './comparand.js';
import {
  equal,
  equals,
  isNull,
  isOneOf,
  keysOf,
  limitOf,
  type MakeCondition,
  not,
  objectOf,
  partOf,
  scalarsOf,
  withValue,
} from './comparison.js';
import { textOf } from './literal.js';

/** What an operator compares, and how. */
export interface Operator {
  readonly kinds: readonly ComparandKind[];
  readonly make: MakeCondition;
}

const ANY: readonly ComparandKind[] = ['text', 'time', 'document', 'path'];
const ORDERED: readonly ComparandKind[] = ['text', 'time', 'path'];
const TEXT: readonly ComparandKind[] = ['text', 'path'];
const JSON_ONLY: readonly ComparandKind[] = ['document', 'path'];

export const OPERATORS: Readonly<Record<FilterOperator, Operator>> = {
  eq: { kinds: ANY, make: isOneOf(equal) },
  neq: { kinds: ANY, make: not(isOneOf(equal)) },
  gt: { kinds: ORDERED, make: withValue(limitOf, (value) => ({ operator: 'gt', value })) },
  gte: { kinds: ORDERED, make: withValue(limitOf, (value) => ({ operator: 'gte', value })) },
  lt: { kinds: ORDERED, make: withValue(limitOf, (value) => ({ operator: 'lt', value })) },
  lte: { kinds: ORDERED, make: withValue(limitOf, (value) => ({ operator: 'lte', value })) },
  in: { kinds: ANY, make: isOneOf(equals) },
  notIn: { kinds: ANY, make: not(isOneOf(equals)) },
  contains: { kinds: TEXT, make: withValue(textOf, (value) => ({ operator: 'contains', value })) },
  startsWith: { kinds: TEXT, make: withValue(textOf, (value) => ({ operator: 'startsWith', value })) },
  arrayContains: { kinds: ['path'], make: withValue(scalarsOf, (values) => ({ operator: 'arrayContains', values })) },
  jsonContains: { kinds: JSON_ONLY, make: withValue(partOf, (value) => ({ operator: 'jsonContains', value })) },
  jsonContainedBy: { kinds: JSON_ONLY, make: withValue(partOf, (value) => ({ operator: 'jsonContainedBy', value })) },
  jsonHasKey: { kinds: JSON_ONLY, make: withValue(textOf, (key) => ({ operator: 'hasKeys', keys: [key], quantifier: 'all' })) },
  jsonHasAnyKey: { kinds: JSON_ONLY, make: withValue(keysOf, (keys) => ({ operator: 'hasKeys', keys, quantifier: 'any' })) },
  jsonHasAllKeys: { kinds: JSON_ONLY, make: withValue(keysOf, (keys) => ({ operator: 'hasKeys', keys, quantifier: 'all' })) },
  jsonArrayContainsObject: {
    kinds: ['path'],
    make: withValue(objectOf, (value) => ({ operator: 'arrayContainsObject', value })),
  },
  isNull: { kinds: ANY, make: isNull },
  isNotNull: { kinds: ANY, make: not(isNull) },
};
