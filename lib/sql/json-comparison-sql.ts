import type { Comparison } from '../storage/reading/event-query.interface.js';
import { inequality } from './inequality.js';
import { JsonStructure } from './json-structure.js';
import { all, any, FALSE, isOneOf } from './logic.js';
import { placeOf } from './place-of.js';
import type { JsonSql, ReadDialect } from './read-dialect.interface.js';
import { bind, sql, type Sql } from './sql.js';
import { textComparisonSql } from './text-comparison-sql.js';

/** A comparison of what is at a path. */
export function jsonComparisonSql(json: JsonSql, comparison: Comparison, dialect: ReadDialect): Sql {
  const structure = new JsonStructure(dialect);
  switch (comparison.operator) {
    case 'in': {
      const values = comparison.values.filter((value) => value !== null);
      return isOneOf(
        dialect.jsonText(json),
        values.map((value) => dialect.jsonTextOf(value)),
      );
    }
    case 'isNull':
      return sql`(NOT ${dialect.isThere(json)} OR ${dialect.isType(json, 'null')})`;
    case 'arrayContains':
      return structure.whereArray(json, all(comparison.values.map((value) => structure.hasItem(json, value))));
    case 'jsonContains':
      return comparison.value === null ? FALSE : structure.contains(json, comparison.value);
    case 'jsonContainedBy':
      return comparison.value === null ? FALSE : structure.isContainedBy(json, comparison.value);
    case 'hasKeys': {
      const found = comparison.keys.map((key) => dialect.isThere(dialect.at(placeOf(json), [key])));
      return structure.whereObject(json, comparison.quantifier === 'all' ? all(found) : any(found));
    }
    case 'arrayContainsObject':
      return structure.someItem(json, 0, (item) => structure.contains(item, comparison.value, 1));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      if (typeof comparison.value !== 'number') return textComparisonSql(dialect.stringOf(json), comparison, dialect);
      return inequality(dialect.numberOf(json), comparison.operator, bind(comparison.value));
    case 'contains':
    case 'startsWith':
      return textComparisonSql(dialect.stringOf(json), comparison, dialect);
  }
}
