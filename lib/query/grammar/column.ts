import type { Expression, FieldExpression, TimeExpression } from '../../storage/reading/event-query.interface.js';

/** What an answer is grouped by. */
export type GroupExpression = FieldExpression | TimeExpression;

/** A value of the rows, and the key under which they have it. */
export interface Column<Of extends Expression = Expression> {
  readonly key: string;
  readonly expression: Of;
  /** Of a whole JSON field that is exported: a column a key, or all in one. */
  readonly mode?: 'unpack' | 'json';
}

export function isGroup(column: Column): column is Column<GroupExpression> {
  return column.expression.kind !== 'aggregate';
}

export function isSame(a: Expression, b: Expression): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
