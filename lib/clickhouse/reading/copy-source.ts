import { EventSource } from '../../sql/event-source.js';
import type { OfProject } from '../../sql/scope-sql.js';
import { bind, quotedBefore, sql } from '../../sql/sql.js';
import type { JsonField } from '../../storage/reading/event-query.interface.js';
import { projectKey } from '../event-row.js';
import type { MaterializedPath } from '../schema/materialized-path.js';
import type { Schema } from '../schema/schema.js';
import { CLICKHOUSE } from './dialect.js';

/** The events of the copy, with the columns that some paths have. */
export function copySource({ events }: Schema, materialized: readonly MaterializedPath[]): EventSource {
  const columns = new Map(materialized.map(({ field, path, column }) => [placeOf(field, path), quotedBefore(`e.${column}`)]));
  const columnOf = (field: JsonField, path: readonly string[]) => {
    const column = columns.get(placeOf(field, path));
    return column && CLICKHOUSE.json(column);
  };
  return new EventSource(sql`${quotedBefore(events)} AS e`, { ...CLICKHOUSE, columnOf }, { isOfProject });
}

/** No two projects have the same key, which the sorting key begins with: `project_id` would be one more column to read. */
const isOfProject: OfProject = (projectId) => sql`e.project_key = ${bind(projectKey(projectId))}`;

function placeOf(field: JsonField, path: readonly string[]): string {
  return JSON.stringify([field, ...path]);
}
