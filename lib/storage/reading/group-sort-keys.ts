import type { StoredEvent } from '../../events/event.interface.js';
import type { Expression, FieldExpression, QueryOrder } from './event-query.interface.js';
import type { GroupValues } from './group-values.js';
import type { SortKey } from './sorted-page.js';

/** What tells any two events apart, and lists them by time. */
export const IDENTITY: readonly FieldExpression[] = (['createdAt', 'id', 'projectId'] as const).map((field) => ({
  kind: 'field',
  operand: { field },
}));

export function inOrder(expressions: readonly Expression[], direction: 'asc' | 'desc'): QueryOrder[] {
  return expressions.map((by) => ({ by, direction }));
}

export function sortKeysOf(values: GroupValues, order: readonly QueryOrder[]): SortKey<readonly StoredEvent[]>[] {
  return order.map(({ by, direction }) => ({
    direction,
    type: typeOf(by),
    of: (group) => sortValue(by, group, values),
  }));
}

function typeOf(by: Expression): 'text' | 'time' | 'number' {
  if (by.kind === 'field') return by.operand.field === 'createdAt' ? 'time' : 'text';
  return by.kind === 'time' ? 'time' : 'number';
}

function sortValue(by: Expression, group: readonly StoredEvent[], values: GroupValues): string | number | null {
  const value = values.of(by, group);
  const isJson = by.kind === 'field' && 'path' in by.operand;
  if (value !== null && (isJson || typeof value === 'boolean' || typeof value === 'object')) return JSON.stringify(value);
  return value;
}
