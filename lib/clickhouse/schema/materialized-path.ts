import { createHash } from 'node:crypto';
import { typeName } from '../../options/checks/type-name.js';
import type { JsonField } from '../../storage/reading/event-query.interface.js';

/** The column of each JSON field. */
const COLUMNS: Readonly<Record<JsonField, string>> = {
  properties: 'properties',
  userProperties: 'user_properties',
  fields: 'fields',
};
const PATH = /^(properties|userProperties|fields)((?:\.[\w$ :/@-]+)+)$/;

/** A path of a JSON field that has a column of its own. */
export interface MaterializedPath {
  readonly field: JsonField;
  readonly path: readonly string[];
  /** The name of its column: it can stand in a statement as it is, and no two paths have the same. */
  readonly column: string;
  /** What ClickHouse fills it with. */
  readonly expression: string;
}

/** Throws a `TypeError` for what is no path, or has keys that are none of letters, digits and a few signs. */
export function materializedPath(given: unknown): MaterializedPath {
  const [, field, keys] = (typeof given === 'string' && PATH.exec(given)) || [];
  if (field === undefined) {
    const shown = typeof given === 'string' ? `'${given}'` : typeName(given);
    throw new TypeError(
      `Expected a path of \`materialize\` to be such as 'properties.url' or 'userProperties.plan', got ${shown}.`,
    );
  }
  const path = keys.slice(1).split('.');
  const digest = createHash('sha256').update(String(given)).digest('hex').slice(0, 8);
  const column = `m_${path.join('_').replace(/\W/g, '_').slice(0, 40)}_${digest}`;
  // No key has a quote or a backslash.
  const expression = `JSONExtractRaw(${[COLUMNS[field as JsonField], ...path.map((key) => `'${key}'`)].join(', ')})`;
  return { field: field as JsonField, path, column, expression };
}
