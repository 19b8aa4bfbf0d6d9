import type { ReadScope } from '../storage/reading/event-query.interface.js';
import { all, isOneOf } from './logic.js';
import { bind, sql, type Sql } from './sql.js';

/** Whether an event is of a project, or of none where that is null. */
export type OfProject = (projectId: string | null) => Sql;

export const byProjectId: OfProject = (projectId) =>
  projectId === null ? sql`e.project_id IS NULL` : sql`e.project_id = ${bind(projectId)}`;

/** Whether an event is in a scope. */
export function scopeSql({ projectId, integrationId, entityTypes }: ReadScope, isOfProject: OfProject): Sql {
  const conditions: Sql[] = [];
  if (projectId !== undefined) conditions.push(isOfProject(projectId));
  if (integrationId !== undefined) conditions.push(sql`e.integration_id = ${bind(integrationId)}`);
  if (entityTypes !== undefined) conditions.push(isOneOf(sql`e.entity_type`, entityTypes.map(bind)));
  return all(conditions);
}
