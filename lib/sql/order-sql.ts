import type { ReadScope } from '../storage/reading/event-query.interface.js';
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
