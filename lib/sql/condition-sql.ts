import type { Comparison, Condition, Operand } from '../storage/reading/event-query.interface.js';
import { jsonComparisonSql } from './json-comparison-sql.js';
import { all, any, not } from './logic.js';
import { CREATED_AT, jsonSql, textSql } from './operand-sql.js';
import type { ReadDialect } from './read-dialect.interface.js';
import type { Sql } from './sql.js';
import { textComparisonSql } from './text-comparison-sql.js';
import { timeComparisonSql } from './time-comparison-sql.js';
import { userKeyComparisonSql } from './user-key-sql.js';

/**
 * A condition in SQL. What compares with NULL is unknown; `and` and `or` find the same for it as for false, and `not` makes it
 * false: so comparisons can stay as an index serves them.
 */
export function conditionSql(condition: Condition, dialect: ReadDialect): Sql {
  if ('and' in condition) return all(condition.and.map((one) => conditionSql(one, dialect)));
  if ('or' in condition) return any(condition.or.map((one) => conditionSql(one, dialect)));
  if ('not' in condition) return not(conditionSql(condition.not, dialect));
  return comparisonSql(condition.operand, condition, dialect);
}

function comparisonSql(operand: Operand, comparison: Comparison, dialect: ReadDialect): Sql {
  if ('path' in operand) return jsonComparisonSql(jsonSql(operand, dialect), comparison, dialect);
  if (operand.field === 'createdAt') return timeComparisonSql(CREATED_AT, comparison, dialect);
  if (operand.field === 'userKey') return userKeyComparisonSql(comparison, dialect);
  return textComparisonSql(textSql(operand.field, dialect), comparison, dialect);
}
