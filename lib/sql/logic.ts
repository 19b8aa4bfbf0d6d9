import { joined, sql, type Sql } from './sql.js';

export const TRUE = sql`TRUE`;
export const FALSE = sql`FALSE`;

/** A chain is as deep as it is long: SQLite takes 1,000 levels, and MariaDB what its stack holds. */
const MAX_CHAIN = 10;

export function all(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? TRUE : chained(conditions, ' AND ');
}

export function any(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? FALSE : chained(conditions, ' OR ');
}

/** Joined within parentheses: many of them in lots, which are joined in turn. */
export function chained(pieces: readonly Sql[], operator: ' AND ' | ' OR ' | ' + '): Sql {
  if (pieces.length <= MAX_CHAIN) return sql`(${joined(pieces, operator)})`;
  const lots: Sql[] = [];
  for (let first = 0; first < pieces.length; first += MAX_CHAIN) {
    lots.push(chained(pieces.slice(first, first + MAX_CHAIN), operator));
  }
  return chained(lots, operator);
}

/** The exact complement: what is unknown is not true. */
export function not(condition: Sql): Sql {
  return sql`NOT coalesce(${condition}, FALSE)`;
}

export function isOneOf(value: Sql, others: readonly Sql[]): Sql {
  return others.length === 0 ? FALSE : sql`${value} IN (${joined(others, ', ')})`;
}
