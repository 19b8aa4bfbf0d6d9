import { sqlTime } from '../../engines/sql-times.js';
import { isOneOf, not } from '../../../sql/logic.js';
import { rankedByCases } from '../ranked-by-cases.js';
import type { BucketTable, JsonSql, JsonType, ReadDialect } from '../../../sql/read-dialect.interface.js';
import { bind, integer, joined, numbered, sql, type Sql } from '../../../sql/sql.js';
import { jsonPath } from './json-path.js';

const TYPES: Readonly<Record<JsonType, Sql>> = {
  string: sql`'text'`,
  number: sql`'integer', 'real'`,
  array: sql`'array'`,
  object: sql`'object'`,
  null: sql`'null'`,
};

/** SQLite, which compares texts by code point unless it is told otherwise. */
export const SQLITE: ReadDialect = {
  placeholder: () => '?',
  noText: sql`NULL`,
  byCodePoint: (text) => text,
  contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
  startsWith: (text, part) => sql`instr(${text}, ${part}) = 1`,
  inOrder: (value, direction) => (direction === 'asc' ? sql`${value}` : sql`${value} DESC`),

  time: (text) => bind(sqlTime(text)),
  textOfTime: (time) => time,
  stringify: {
    text: (text) => sql`json_quote(${text})`,
    time: (time) => sql`replace(substr(${time}, 1, 23), ' ', 'T') || 'Z'`,
  },
  rank(time, times) {
    return rankedByCases(
      time,
      times.map((text) => this.time(text)),
    );
  },
  // Its times are texts: the first bound is before all, and the last one after all.
  bucketTable(times) {
    const bounds = ['', ...times.map(sqlTime), '~'];
    const buckets = bounds.slice(1).map((end, index) => [bounds[index], end]);
    const from = sql`json_each(${bind(JSON.stringify(buckets))}) AS b`;
    // It has no LATERAL, but a table that is made of JSON may depend on the one before it.
    const each: BucketTable['each'] = (statement, names) => ({
      join: sql`CROSS JOIN json_each((SELECT json_group_array(json_array(${joined(names, ', ')})) FROM (${statement}))) AS x`,
      read: names.map((_name, place) => sql`(x.value ->> ${integer(place)})`),
    });
    return { from, number: sql`b.key`, start: sql`(b.value ->> 0)`, end: sql`(b.value ->> 1)`, each };
  },

  json: (value) => ({ value, type: sql`json_type(${value})`, scalar: sql`${value} ->> '$'` }),
  at(document, path) {
    const place = bind(jsonPath(path));
    return {
      value: sql`(${document} -> ${place})`,
      type: sql`json_type(${document}, ${place})`,
      scalar: sql`(${document} ->> ${place})`,
    };
  },
  isType: ({ type }, name) => sql`${type} IN (${TYPES[name]})`,
  jsonTextOf: (value) => bind(JSON.stringify(value)),
  jsonText: ({ value }) => value,
  presentText: ({ value }) => sql`NULLIF(${value}, 'null')`,
  stringOf(json) {
    return sql`CASE WHEN ${this.isType(json, 'string')} THEN ${json.scalar} END`;
  },
  // As integers, sums would be refused above 2⁶³.
  numberOf(json) {
    return sql`CASE WHEN ${this.isType(json, 'number')} THEN CAST(${json.scalar} AS REAL) END`;
  },
  ofSum: (result) => result,
  isThere: ({ value }) => sql`(${value} IS NOT NULL)`,
  someItem({ value }, number, test) {
    const name = numbered('j', number);
    // The value that json_each() has of an item is not its JSON text.
    const item: JsonSql = { value: sql`(${value} -> ${name}.key)`, type: sql`${name}.type`, scalar: sql`${name}.atom` };
    return sql`EXISTS (SELECT 1 FROM json_each(${value}) AS ${name} WHERE ${test(item)})`;
  },
  hasOnlyKeys({ value }, keys, number) {
    const name = numbered('j', number);
    const isAnother = not(isOneOf(sql`${name}.key`, keys.map(bind)));
    return sql`NOT EXISTS (SELECT 1 FROM json_each(${value}) AS ${name} WHERE ${isAnother})`;
  },
  keys: (object) => ({ from: sql`JOIN json_each(${object}) AS k`, key: sql`k.key` }),
};
