import { integer, sql, type Sql } from '../../sql/sql.js';

/** How many of some values in order are not above `value`, for engines without a function for it: found by halves. */
export function rankedByCases(value: Sql, bounds: readonly Sql[], first = 0, end = bounds.length): Sql {
  if (first === end) return integer(first);
  const middle = (first + end) >> 1;
  const [below, above] = [rankedByCases(value, bounds, first, middle), rankedByCases(value, bounds, middle + 1, end)];
  return sql`CASE WHEN ${value} < ${bounds[middle]} THEN ${below} ELSE ${above} END`;
}
