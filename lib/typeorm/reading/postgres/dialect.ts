import { isOneOf, not } from '../../../sql/logic.js';
import type { BucketTable, JsonSql, JsonType, ReadDialect } from '../../../sql/read-dialect.interface.js';
import { bind, numbered, sql, type Sql } from '../../../sql/sql.js';

const TYPES: Readonly<Record<JsonType, Sql>> = {
  string: sql`'string'`,
  number: sql`'number'`,
  array: sql`'array'`,
  object: sql`'object'`,
  null: sql`'null'`,
};

/** PostgreSQL, where the documents are of the type `json`. */
export const POSTGRES: ReadDialect = {
  ordersByNull: true,
  placeholder: (number, value) => (typeof value === 'number' ? `$${number}::float8` : `$${number}`),
  noText: sql`NULL::text`,
  byCodePoint: (text) => sql`${text} COLLATE "C"`,
  contains: (text, part) => sql`strpos(${text}, ${part}) > 0`,
  startsWith: (text, part) => sql`starts_with(${text}, ${part})`,
  // Where a column has no nulls, to say where they go would keep the index from being used.
  inOrder(value, direction, isNullable) {
    if (direction === 'asc') return isNullable ? sql`${value} NULLS FIRST` : value;
    return isNullable ? sql`${value} DESC NULLS LAST` : sql`${value} DESC`;
  },

  time: (text) => sql`${bind(text)}::timestamptz`,
  textOfTime,
  stringify: { text: (text) => sql`to_json(${text})::text`, time: textOfTime },
  rank: (time, times) => sql`width_bucket(${time}, ${timesSql(times)})`,
  bucketTable(times) {
    const bounds = sql`${timesSql(['-infinity', ...times])}, ${timesSql([...times, 'infinity'])}`;
    const from = sql`unnest(${bounds}) WITH ORDINALITY AS b(starts, ends, place)`;
    const each: BucketTable['each'] = (statement, names) => ({
      join: sql`CROSS JOIN LATERAL (${statement}) AS x`,
      read: names.map((name) => sql`x.${name}`),
    });
    return { from, number: sql`b.place - 1`, start: sql`b.starts`, end: sql`b.ends`, each };
  },

  json: (value) => ({ value, type: sql`json_typeof(${value})`, scalar: sql`(${value} #>> '{}')` }),
  // With a text on its right, `->` finds no items of arrays, which #> would.
  at(document, path) {
    const last = path.at(-1);
    if (last === undefined) return this.json(document);
    const object = path.slice(0, -1).reduce((value, key) => sql`(${value} -> ${bind(key)}::text)`, document);
    const key = sql`${bind(last)}::text`;
    // The scalar of the value itself would parse it once more.
    return { ...this.json(sql`(${object} -> ${key})`), scalar: sql`(${object} ->> ${key})` };
  },
  isType: ({ type }, name) => sql`${type} = ${TYPES[name]}`,
  jsonTextOf: (value) => bind(JSON.stringify(value)),
  jsonText: ({ value }) => sql`${value}::text COLLATE "C"`,
  // Its type would be found by parsing the document again.
  presentText(json) {
    return sql`NULLIF(${this.jsonText(json)}, 'null')`;
  },
  stringOf(json) {
    return sql`CASE WHEN ${this.isType(json, 'string')} THEN ${json.scalar} COLLATE "C" END`;
  },
  numberOf(json) {
    return sql`CASE WHEN ${this.isType(json, 'number')} THEN ${json.scalar}::float8 END`;
  },
  ofSum: (result) => result,
  isThere: ({ value }) => sql`(${value} IS NOT NULL)`,
  someItem({ value }, number, test) {
    const name = numbered('j', number);
    const item: JsonSql = this.json(sql`${name}.item`);
    return sql`EXISTS (SELECT 1 FROM json_array_elements(${value}) AS ${name}(item) WHERE ${test(item)})`;
  },
  hasOnlyKeys({ value }, keys, number) {
    const name = numbered('j', number);
    const isAnother = not(isOneOf(sql`${name}.key`, keys.map(bind)));
    return sql`NOT EXISTS (SELECT 1 FROM json_object_keys(${value}) AS ${name}(key) WHERE ${isAnother})`;
  },
  keys: (object) => ({ from: sql`CROSS JOIN LATERAL json_object_keys(${object}) AS k(key)`, key: sql`k.key COLLATE "C"` }),
};

function textOfTime(time: Sql): Sql {
  return sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

function timesSql(times: readonly string[]): Sql {
  return sql`${bind(`{${times.join()}}`)}::timestamptz[]`;
}
