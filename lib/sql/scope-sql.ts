import type { ReadScope } from '../storage/reading/event-query.interface.js';
import { all, isOneOf } from './logic.js';
import { bind, sql, type Sql } from './sql.js';

/** Whether an event is in a scope. */
export function scopeSql({ projectId, integrationId, entityTypes }: ReadScope): Sql {
  const conditions: Sql[] = [];
  if (projectId === null) conditions.push(sql`e.project_id IS NULL`);
  else if (projectId !== undefined) conditions.push(sql`e.project_id = ${bind(projectId)}`);
  if (integrationId !== undefined) conditions.push(sql`e.integration_id = ${bind(integrationId)}`);
  if (entityTypes !== undefined) conditions.push(isOneOf(sql`e.entity_type`, entityTypes.map(bind)));
  return all(conditions);
}
