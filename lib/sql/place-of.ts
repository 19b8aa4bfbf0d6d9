import type { JsonSql } from './read-dialect.interface.js';
import type { Sql } from './sql.js';

/** Where a path goes on that begins with a JSON value. */
export function placeOf({ place, value }: JsonSql): Sql {
  return place ?? value;
}
