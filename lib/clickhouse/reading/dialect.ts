import { isStorable } from '../../events/storable-text.js';
import { isOneOf } from '../../sql/logic.js';
import { placeOf } from '../../sql/place-of.js';
import type { JsonType, ReadDialect } from '../../sql/read-dialect.interface.js';
import { bind, integer, joined, numbered, sql, type Sql } from '../../sql/sql.js';
import { clickHouseJson } from '../clickhouse-json.js';

const TYPES: Readonly<Record<JsonType, (value: Sql) => Sql>> = {
  string: (value) => sql`startsWith(${value}, '"')`,
  // Of what JSON can begin with, '-' and the digits alone are between these.
  number: (value) => sql`(${value} >= '-' AND ${value} < ':')`,
  array: (value) => sql`startsWith(${value}, '[')`,
  object: (value) => sql`startsWith(${value}, '{')`,
  null: (value) => sql`(${value} IN ('', 'null'))`,
};

/** Before all times that an event can have, in seconds since 1970. */
const FIRST_SECOND = -100_000_000_000;

/**
 * ClickHouse, where documents are texts, missing ones empty, and times milliseconds since 1970. What its functions find of JSON they
 * write anew, the same for what is equal; where nothing is, they find the empty text.
 */
export const CLICKHOUSE: ReadDialect = {
  hasUserKeys: true,
  scansForEnds: true,
  orNull: sql`OrNull`,
  placeholder: (number, value) => `{p${number}:${typeOf(value)}}`,
  noText: sql`CAST(NULL AS Nullable(String))`,
  byCodePoint: (text) => text,
  contains: (text, part) => sql`position(${text}, ${part}) > 0`,
  startsWith: (text, part) => sql`startsWith(${text}, ${part})`,
  inOrder(value, direction, isNullable) {
    if (direction === 'asc') return isNullable ? sql`${value} ASC NULLS FIRST` : value;
    return isNullable ? sql`${value} DESC NULLS LAST` : sql`${value} DESC`;
  },

  time: (text) => bind(Date.parse(text)),
  textOfTime: (time) => time,
  startOf: (time, first, length) => sql`${time} - positiveModulo(${time} - ${integer(first)}, ${integer(length)})`,
  rank(time, times) {
    const step = stepOf(times);
    if (step !== undefined) {
      const steps = sql`intDiv(${time} - ${bind(Date.parse(times[0]) - step)}, ${bind(step)})`;
      return sql`least(${bind(times.length)}, greatest(0, ${steps}))`;
    }
    const seconds = [FIRST_SECOND, ...times.map((text) => Date.parse(text) / 1_000)];
    const starts = sql`arrayMap(s -> s * 1000, CAST(splitByChar(',', ${bind(seconds.join())}), 'Array(Int64)'))`;
    return sql`transform(roundDown(${time}, ${starts}), ${starts}, arrayMap(n -> n - 1, arrayEnumerate(${starts})), 0)`;
  },

  json: (value) => ({ value, type: value, scalar: sql`JSONExtractString(${value})` }),
  at(document, path) {
    // What no document has is at no place.
    if (!path.every(isStorable)) return this.json(sql`''`);
    // The arguments of its functions for JSON: what is written anew may be no JSON to it, as integers of more than 64 bits.
    const place = joined([document, ...path.map(bind)], ', ');
    return { ...this.json(sql`JSONExtractRaw(${place})`), place };
  },
  isType: ({ type }, name) => TYPES[name](type),
  isThere: ({ value }) => sql`(${value} <> '')`,
  // Written anew as those of documents are; NULL of a text that no document has.
  jsonTextOf: (value) => sql`nullIf(JSONExtractRaw(${bind(clickHouseJson(JSON.stringify(value)))}), '')`,
  jsonText: ({ value }) => value,
  stringOf(json) {
    return sql`CASE WHEN ${this.isType(json, 'string')} THEN ${json.scalar} END`;
  },
  // The text of no other JSON is a number: infinity and NaN are none of JSON.
  numberOf: ({ value }) => sql`toFloat64OrNull(${value})`,
  ofSum: (result) => sql`CASE WHEN isFinite(${result}) THEN ${result} END`,
  someItem(array, number, test) {
    const name = numbered('j', number);
    return sql`arrayExists(${name} -> coalesce(${test(this.json(name))}, FALSE), JSONExtractArrayRaw(${placeOf(array)}))`;
  },
  hasOnlyKeys(object, keys, number) {
    const name = numbered('j', number);
    return sql`arrayAll(${name} -> coalesce(${isOneOf(name, keys.map(bind))}, FALSE), JSONExtractKeys(${placeOf(object)}))`;
  },
  keys: (object) => ({ from: sql`ARRAY JOIN JSONExtractKeys(${object}) AS k`, key: sql`k` }),
};

/** Of times that are as far from each other all along, as days in UTC are: a division tells more quickly how many are over. */
function stepOf(times: readonly string[]): number | undefined {
  const starts = times.map((text) => Date.parse(text));
  const step = starts[1] - starts[0];
  return starts.every((start, index) => index === 0 || start - starts[index - 1] === step) && step > 0 ? step : undefined;
}

function typeOf(value: string | number | null): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'Int64' : 'Float64';
  return value === null ? 'Nullable(String)' : 'String';
}
