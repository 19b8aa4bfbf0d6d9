import { isStorable } from '../../../events/storable-text.js';
import { QueryRefusal } from '../../../storage/reading/query-refusal.js';
import { bind, sizeOf, sql, type Sql } from '../../../sql/sql.js';

const MAX_SIZE = 500;

/** What is in an object at the end of a path. */
export function extracted(document: Sql, path: readonly string[]): Sql {
  const place = path.findIndex((key) => key.startsWith('-'));
  if (place === -1) return sql`JSON_EXTRACT(${document}, ${bind(jsonPath(path))})`;
  const [before, after] = [path.slice(0, place), path.slice(place + 1)];
  const found = atHyphen(before.length === 0 ? document : extracted(document, before), path[place]);
  return after.length === 0 ? found : extracted(found, after);
}

/** No path of MariaDB can have a key that begins with a hyphen: it is looked for among the keys, and its value among the values. */
function atHyphen(object: Sql, key: string): Sql {
  // Each of them doubles the text.
  if (sizeOf(object) > MAX_SIZE) throw new QueryRefusal('The query asks for too many keys that begin with a hyphen');
  const pattern = bind(key.replace(/[\\%_]/g, '\\$&'));
  const place = sql`JSON_SEARCH(JSON_KEYS(${object}), 'one', ${pattern} COLLATE utf8mb4_nopad_bin)`;
  return sql`JSON_EXTRACT(JSON_EXTRACT(${object}, '$.*'), JSON_UNQUOTE(${place}))`;
}

/** With escapes as in the documents; what no document has is at no place. */
function jsonPath(path: readonly string[]): string | null {
  return path.every(isStorable) ? ['$', ...path.map((key) => JSON.stringify(key))].join('.') : null;
}
