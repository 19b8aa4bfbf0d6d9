import type { Expression, FieldExpression, TimeExpression } from '../../storage/reading/event-query.interface.js';
import { aggregateSql } from './aggregate-sql.js';
import { CREATED_AT, isRequired, jsonTextSql, textSql } from './operand-sql.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { sql, type Sql } from './sql.js';
import type { ValueSql } from './value-sql.interface.js';
import { bucketType, JSON_TEXT, TEXT, TIME } from './value-type.js';

/** The starts of the buckets that all events of a query are in. */
export type BucketsOf = (expression: TimeExpression) => readonly string[];

export function expressionSql(expression: Expression, dialect: ReadDialect, bucketsOf: BucketsOf): ValueSql {
  switch (expression.kind) {
    case 'field':
      return fieldSql(expression, dialect);
    case 'time': {
      const starts = bucketsOf(expression);
      return { raw: bucketSql(starts, dialect), type: bucketType(starts), isNullable: false };
    }
    case 'aggregate':
      return aggregateSql(expression, dialect);
  }
}

/** The number of the bucket. No event is before the first one, which may begin before all times that databases know. */
function bucketSql([, ...starts]: readonly string[], dialect: ReadDialect): Sql {
  // SQLite would group by a bare number as by the number of a column.
  return starts.length === 0 ? sql`CASE WHEN TRUE THEN 0 END` : dialect.rank(CREATED_AT, starts);
}

function fieldSql({ operand }: FieldExpression, dialect: ReadDialect): ValueSql {
  if ('path' in operand) return { raw: jsonTextSql(operand, dialect), type: JSON_TEXT, isNullable: true };
  if (operand.field === 'createdAt') return { raw: CREATED_AT, type: TIME, isNullable: false };
  return { raw: textSql(operand.field, dialect), type: TEXT, isNullable: !isRequired(operand) };
}
