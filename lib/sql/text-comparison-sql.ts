import type { JsonValue } from '../events/event.interface.js';
import type { Comparison } from '../storage/reading/event-query.interface.js';
import { inequality, type Inequality } from './inequality.js';
import { FALSE, isOneOf } from './logic.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { bind, sql, type Sql } from './sql.js';

/** A comparison of a text, which is of no other type: what is asked of those is false. */
export function textComparisonSql(text: Sql, comparison: Comparison, dialect: ReadDialect): Sql {
  switch (comparison.operator) {
    case 'in':
      return isOneOf(text, comparison.values.filter(isText).map(bind));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return isText(comparison.value) ? inOrder(text, comparison.operator, comparison.value) : FALSE;
    case 'isNull':
      return sql`${text} IS NULL`;
    case 'contains':
    case 'startsWith':
      return dialect[comparison.operator](text, bind(comparison.value));
    default:
      return FALSE;
  }
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}

/** No stored text has a NUL, and it comes before all that they have: what is above `a` and a NUL is above `a`, too. */
function inOrder(text: Sql, operator: Inequality, limit: string): Sql {
  const [start, ...rest] = limit.toWellFormed().split('\0');
  if (rest.length === 0) return inequality(text, operator, bind(start));
  return inequality(text, operator === 'gt' || operator === 'gte' ? 'gt' : 'lte', bind(start));
}
