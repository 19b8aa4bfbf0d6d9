import type { Expression, FieldExpression } from '../storage/reading/event-query.interface.js';
import { aggregateSql } from './aggregate-sql.js';
import { CREATED_AT, isRequired, jsonTextSql, textSql } from './operand-sql.js';
import type { QueryBuckets } from './query-buckets.js';
import type { ReadDialect } from './read-dialect.interface.js';
import type { ValueSql } from './value-sql.interface.js';
import { JSON_TEXT, TEXT, TIME } from './value-type.js';

export function expressionSql(expression: Expression, dialect: ReadDialect, buckets: QueryBuckets): ValueSql {
  switch (expression.kind) {
    case 'field':
      return fieldSql(expression, dialect);
    case 'time':
      return buckets.valueOf(expression);
    case 'aggregate':
      return aggregateSql(expression, dialect);
  }
}

function fieldSql({ operand }: FieldExpression, dialect: ReadDialect): ValueSql {
  if ('path' in operand) return { raw: jsonTextSql(operand, dialect), type: JSON_TEXT, isNullable: true };
  if (operand.field === 'createdAt') return { raw: CREATED_AT, type: TIME, isNullable: false };
  return { raw: textSql(operand.field, dialect), type: TEXT, isNullable: !isRequired(operand) };
}
