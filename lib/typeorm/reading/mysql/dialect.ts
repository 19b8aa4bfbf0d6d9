import { sqlTime } from '../../engines/sql-times.js';
import { chained } from '../../../sql/logic.js';
import { rankedByCases } from '../ranked-by-cases.js';
import type { JsonSql, JsonType, ReadDialect } from '../../../sql/read-dialect.interface.js';
import { bind, integer, numbered, sql, type Sql } from '../../../sql/sql.js';
import { extracted } from './extracted.js';

const TYPES: Readonly<Record<JsonType, Sql>> = {
  string: sql`'STRING'`,
  number: sql`'INTEGER', 'DOUBLE', 'UNSIGNED INTEGER', 'DECIMAL'`,
  array: sql`'ARRAY'`,
  object: sql`'OBJECT'`,
  null: sql`'NULL'`,
};

/** MariaDB, where the documents are texts. */
export const MARIADB: ReadDialect = {
  // It would rather do that than sort, however few events the project has.
  ofProject: (table, byCreated) => sql`${table} IGNORE INDEX (${byCreated})`,
  placeholder: () => '?',
  noText: sql`CAST(NULL AS CHAR)`,
  // What functions make of JSON is compared as if trailing spaces were nothing.
  byCodePoint: (text) => sql`${text} COLLATE utf8mb4_nopad_bin`,
  contains: (text, part) => sql`LOCATE(${part}, ${text}) > 0`,
  startsWith: (text, part) => sql`LOCATE(${part}, ${text}) = 1`,
  inOrder: (value, direction) => (direction === 'asc' ? sql`${value}` : sql`${value} DESC`),

  time: (text) => bind(sqlTime(text)),
  textOfTime: (time) => sql`CAST(${time} AS CHAR)`,
  rank(time, times) {
    return rankedByCases(
      time,
      times.map((text) => this.time(text)),
    );
  },

  json: (value) => ({ value, type: sql`JSON_TYPE(${value})`, scalar: sql`JSON_UNQUOTE(${value})` }),
  at(document, path) {
    return this.json(extracted(document, path));
  },
  isType: ({ type }, name) => sql`${type} IN (${TYPES[name]})`,
  // With the spaces that JSON_EXTRACT() puts into arrays and objects.
  jsonTextOf(value) {
    const text = bind(JSON.stringify(value));
    return typeof value === 'object' ? sql`JSON_LOOSE(${text})` : text;
  },
  jsonText({ value }) {
    return this.byCodePoint(value);
  },
  stringOf(json) {
    return sql`CASE WHEN ${this.isType(json, 'string')} THEN ${this.byCodePoint(json.scalar)} END`;
  },
  numberOf(json) {
    return sql`CASE WHEN ${this.isType(json, 'number')} THEN CAST(${json.value} AS DOUBLE) END`;
  },
  // It has the largest double in place of a sum that is larger.
  ofSum: (result, sum) => sql`CASE WHEN abs(${sum}) < ${bind(Number.MAX_VALUE)} THEN ${result} END`,
  isThere: ({ value }) => sql`(${value} IS NOT NULL)`,
  someItem({ value }, number, test) {
    const name = numbered('j', number);
    const item: JsonSql = this.json(sql`${name}.item`);
    return sql`EXISTS (SELECT 1 FROM JSON_TABLE(${value}, '$[*]' COLUMNS (item JSON PATH '$')) AS ${name} WHERE ${test(item)})`;
  },
  // Correlated tables of keys within one another lose rows.
  hasOnlyKeys({ value }, keys) {
    const found = keys.map((key) => sql`(${this.at(value, [key]).value} IS NOT NULL)`);
    return sql`JSON_LENGTH(${value}) = ${found.length === 0 ? integer(0) : chained(found, ' + ')}`;
  },
  keys(object) {
    const from = sql`JOIN JSON_TABLE(JSON_KEYS(${object}), '$[*]' COLUMNS (name LONGTEXT PATH '$')) AS k`;
    return { from, key: this.byCodePoint(sql`k.name`) };
  },
};
