import type { Keyset } from '../storage/reading/event-query.interface.js';
import { all, any, FALSE } from './logic.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { sql, type Sql } from './sql.js';
import type { OrderSql } from './value-sql.interface.js';

/** What a row is compared with, by one of the values that rows are ordered by; null: NULL. */
interface Limit extends OrderSql {
  readonly key: Sql | null;
}

/** Whether a row comes after the one where a page ended. Throws a `RangeError` for a keyset that is none of this order. */
export function keysetSql(order: readonly OrderSql[], after: Keyset, dialect: ReadDialect): Sql {
  if (!Array.isArray(after) || after.length !== order.length) throw forged();
  return afterLimits(order.map((one, index) => ({ ...one, key: keyOf(one, after[index], dialect) })));
}

function keyOf({ value }: OrderSql, key: unknown, dialect: ReadDialect): Sql | null {
  const limit = key === null && value.isNullable ? null : value.type.fromKey(key, dialect);
  if (limit === undefined) throw forged();
  return limit;
}

function forged(): RangeError {
  return new RangeError('Expected `after` to be the `next` of an earlier page of the same question');
}

function afterLimits([limit, ...rest]: readonly Limit[]): Sql {
  if (limit === undefined) return FALSE;
  const { value, direction, key } = limit;
  const { raw } = value;
  const later = afterLimits(rest);
  if (key === null) {
    const tie = all([sql`${raw} IS NULL`, later]);
    return direction === 'asc' ? any([sql`${raw} IS NOT NULL`, tie]) : tie;
  }
  // The first comparison is what an index finds the place by.
  if (direction === 'asc') return all([sql`${raw} >= ${key}`, any([sql`${raw} > ${key}`, later])]);
  if (!value.isNullable) return all([sql`${raw} <= ${key}`, any([sql`${raw} < ${key}`, later])]);
  return any([sql`${raw} < ${key}`, sql`${raw} IS NULL`, all([sql`${raw} = ${key}`, later])]);
}
