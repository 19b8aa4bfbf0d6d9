import type { JsonObject, JsonValue } from '../events/event.interface.js';
import { all, any, not } from './logic.js';
import { placeOf } from './place-of.js';
import type { JsonSql, ReadDialect } from './read-dialect.interface.js';
import { sql, type Sql } from './sql.js';

/** Conditions on the structure of JSON; `level` counts the arrays that they are within. */
export class JsonStructure {
  constructor(private readonly dialect: ReadDialect) {}

  // The engines may evaluate conditions in any order, and fail where they read items of what is no array: CASE keeps them from it.
  whereArray(json: JsonSql, condition: Sql): Sql {
    return sql`CASE WHEN ${this.dialect.isType(json, 'array')} THEN ${condition} ELSE FALSE END`;
  }

  whereObject(json: JsonSql, condition: Sql): Sql {
    return sql`CASE WHEN ${this.dialect.isType(json, 'object')} THEN ${condition} ELSE FALSE END`;
  }

  hasItem(array: JsonSql, value: JsonValue): Sql {
    return this.exists(array, 0, (item) => this.equals(item, value));
  }

  someItem(json: JsonSql, level: number, test: (item: JsonSql) => Sql): Sql {
    return this.whereArray(json, this.exists(json, level, test));
  }

  contains(json: JsonSql, part: JsonValue, level = 0): Sql {
    if (Array.isArray(part)) {
      const found = part.map((one) => this.exists(json, level, (item) => this.contains(item, one, level + 1)));
      return this.whereArray(json, all(found));
    }
    if (!isObject(part)) return this.equals(json, part);
    const found = Object.entries(part).map(([key, one]) => this.contains(this.dialect.at(placeOf(json), [key]), one, level));
    return this.whereObject(json, all(found));
  }

  isContainedBy(json: JsonSql, whole: JsonValue, level = 0): Sql {
    if (Array.isArray(whole)) {
      const isContained = (item: JsonSql) => any(whole.map((one) => this.isContainedBy(item, one, level + 1)));
      return this.whereArray(json, sql`NOT ${this.exists(json, level, (item) => not(isContained(item)))}`);
    }
    if (!isObject(whole)) return this.equals(json, whole);
    const contained = Object.entries(whole).map(([key, one]) => {
      const found = this.dialect.at(placeOf(json), [key]);
      return any([sql`NOT ${this.dialect.isThere(found)}`, this.isContainedBy(found, one, level)]);
    });
    return this.whereObject(json, all([this.dialect.hasOnlyKeys(json, Object.keys(whole), level), ...contained]));
  }

  private equals(json: JsonSql, value: JsonValue): Sql {
    return sql`${this.dialect.jsonText(json)} = ${this.dialect.jsonTextOf(value)}`;
  }

  private exists(array: JsonSql, level: number, test: (item: JsonSql) => Sql): Sql {
    return this.dialect.someItem(array, level, test);
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
