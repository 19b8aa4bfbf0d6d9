import { joined, sql, type Sql } from './sql.js';

export const TRUE = sql`TRUE`;
export const FALSE = sql`FALSE`;

export function all(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? TRUE : sql`(${joined(conditions, ' AND ')})`;
}

export function any(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? FALSE : sql`(${joined(conditions, ' OR ')})`;
}

/** The exact complement: what is unknown is not true. */
export function not(condition: Sql): Sql {
  return sql`NOT coalesce(${condition}, FALSE)`;
}

export function isOneOf(value: Sql, others: readonly Sql[]): Sql {
  return others.length === 0 ? FALSE : sql`${value} IN (${joined(others, ', ')})`;
}
