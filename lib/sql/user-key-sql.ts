import type { Comparison } from '../storage/reading/event-query.interface.js';
import { all } from './logic.js';
import type { JsonSql, ReadDialect } from './read-dialect.interface.js';
import { sql, type Sql } from './sql.js';
import { textComparisonSql } from './text-comparison-sql.js';

const FILLED = sql`e.user_key`;

/**
 * Who did it; NULL for nobody. Of a row that an earlier version wrote and that is not filled yet, it is read from the document,
 * where an id that has a digest stays as it is: not every engine has the digest, and rows are filled soon.
 */
export function userKeySql(dialect: ReadDialect): Sql {
  if (dialect.hasUserKeys) return sql`NULLIF(${FILLED}, '')`;
  return dialect.byCodePoint(sql`NULLIF(coalesce(e.user_key, ${unfilled(dialect)}), '')`);
}

/** A comparison of who did it. Where all rows are filled, it is one of the column alone, as the index of users serves it. */
export function userKeyComparisonSql(comparison: Comparison, dialect: ReadDialect): Sql {
  if (!dialect.hasUserKeys) return textComparisonSql(userKeySql(dialect), comparison, dialect);
  if (comparison.operator === 'isNull') return sql`${FILLED} = ''`;
  return all([textComparisonSql(FILLED, comparison, dialect), sql`${FILLED} > ''`]);
}

function unfilled(dialect: ReadDialect): Sql {
  const [userId, id] = ['userId', 'id'].map((key) => dialect.at(sql`e.user_properties`, [key]));
  const isMissing = sql`coalesce(${dialect.isType(userId, 'null')}, TRUE)`;
  return sql`CASE WHEN ${isMissing} THEN ${keyOf(id, dialect)} ELSE ${keyOf(userId, dialect)} END`;
}

function keyOf(json: JsonSql, dialect: ReadDialect): Sql {
  const number = sql`CASE WHEN ${dialect.isType(json, 'number')} THEN ${dialect.jsonText(json)} END`;
  return sql`coalesce(${dialect.stringOf(json)}, ${number})`;
}
