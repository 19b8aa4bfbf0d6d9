import type { Operand, QueryOrder, ReadScope } from '../storage/reading/event-query.interface.js';
import { CREATED_AT } from './operand-sql.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { joined, sql, type Sql } from './sql.js';
import type { OrderSql } from './value-sql.interface.js';
import { TEXT, TIME } from './value-type.js';

/** By time, id and project, which tells any two events apart; of one project, time and id do. */
export function identityOrder({ projectId }: ReadScope, direction: 'asc' | 'desc'): OrderSql[] {
  const keys = [
    { raw: CREATED_AT, type: TIME, isNullable: false },
    { raw: sql`e.id`, type: TEXT, isNullable: false },
  ];
  if (projectId === undefined) keys.push({ raw: sql`e.project_key`, type: TEXT, isNullable: false });
  return keys.map((value) => ({ value, direction }));
}

const IDENTITY: readonly Operand['field'][] = ['createdAt', 'id', 'projectId'];

/**
 * The direction of an order that is `identityOrder()` by another name, which an index answers: that of projects is that of their
 * keys, null first. Undefined for any other.
 */
export function identityDirection(orderBy: readonly QueryOrder[]): 'asc' | 'desc' | undefined {
  const direction = orderBy.at(0)?.direction;
  const isIdentity = ({ by, ...one }: QueryOrder, index: number) =>
    by.kind === 'field' && by.operand.field === IDENTITY[index] && one.direction === direction;
  return orderBy.length === IDENTITY.length && orderBy.every(isIdentity) ? direction : undefined;
}

export function orderSql(order: readonly OrderSql[], dialect: ReadDialect): Sql {
  const columns = order.map(({ value, direction }) => dialect.inOrder(value.raw, direction, value.isNullable));
  return columns.length === 0 ? sql`` : sql`ORDER BY ${joined(columns, ', ')}`;
}

/** The same, by which each engine sees that its index of a project is in this order. */
export function projectOrderSql(order: readonly OrderSql[], { projectId }: ReadScope, dialect: ReadDialect): Sql {
  if (projectId !== null || !dialect.ordersByNull) return orderSql(order, dialect);
  const project = { raw: sql`e.project_id`, type: TEXT, isNullable: false };
  return orderSql([{ value: project, direction: order[0].direction }, ...order], dialect);
}
