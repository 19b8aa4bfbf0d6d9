import type { JsonSql, ReadDialect } from './read-dialect.interface.js';
import { sql, type Sql } from './sql.js';

/**
 * Who did it; NULL for nobody. Of a row that an earlier version wrote and that is not filled yet, it is read from the document,
 * where an id of more than 255 characters stays as it is.
 */
export function userKeySql(dialect: ReadDialect): Sql {
  return dialect.byCodePoint(sql`NULLIF(coalesce(e.user_key, ${unfilled(dialect)}), '')`);
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
