import type { Aggregate, AggregateExpression, Operand } from '../storage/reading/event-query.interface.js';
import { CREATED_AT, jsonSql, jsonTextSql, textSql } from './operand-sql.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { sql, type Sql } from './sql.js';
import type { ValueSql } from './value-sql.interface.js';
import { EPOCH, NUMBER } from './value-type.js';

const NOTHING = sql``;

const AGGREGATES: Readonly<Record<Aggregate, (values: Sql, dialect: ReadDialect) => Sql>> = {
  count: (values) => sql`count(${values})`,
  countDistinct: (values) => sql`count(DISTINCT ${values})`,
  sum: (values, dialect) => dialect.ofSum(sql`sum(${values})`, sql`sum(${values})`),
  avg: (values, dialect) => dialect.ofSum(sql`avg(${values})`, sql`sum(${values})`),
  min: firstSql,
  max: lastSql,
};

/** The lowest of some values; NULL of none. */
export function firstSql(values: Sql, { orNull = NOTHING }: ReadDialect): Sql {
  return sql`min${orNull}(${values})`;
}

/** The highest of some values; NULL of none. */
export function lastSql(values: Sql, { orNull = NOTHING }: ReadDialect): Sql {
  return sql`max${orNull}(${values})`;
}

/** An aggregate of a group. */
export function aggregateSql({ aggregate, operand }: AggregateExpression, dialect: ReadDialect): ValueSql {
  const isCount = aggregate === 'count' || aggregate === 'countDistinct';
  if (operand === undefined) {
    return { raw: aggregate === 'count' ? sql`count(*)` : sql`max(NULL)`, type: NUMBER, isNullable: aggregate !== 'count' };
  }
  const values = isCount ? valuesOf(operand, dialect) : numbersOf(operand, dialect);
  const type = !isCount && operand.field === 'createdAt' ? EPOCH : NUMBER;
  return { raw: AGGREGATES[aggregate](values, dialect), type, isNullable: !isCount };
}

function valuesOf(operand: Operand, dialect: ReadDialect): Sql {
  if ('path' in operand) return jsonTextSql(operand, dialect);
  return operand.field === 'createdAt' ? CREATED_AT : textSql(operand.field, dialect);
}

function numbersOf(operand: Operand, dialect: ReadDialect): Sql {
  if (operand.field === 'createdAt') return CREATED_AT;
  if ('path' in operand) return dialect.numberOf(jsonSql(operand, dialect));
  throw new TypeError('Expected sums and the like to be of numbers at a path, or of `createdAt`');
}
