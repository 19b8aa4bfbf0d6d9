import type { StoredEvent } from '../../events/event.interface.js';
import type { EventListing, EventPage, Keyset, ReadScope } from '../../storage/reading/event-query.interface.js';
import type { ReadRow } from '../../sql/read-statement.interface.js';
import { type EventRow, projectKey, toStoredEvent } from '../events/event-columns.js';
import { isoTime } from '../../sql/iso-time.js';
import type { EventSource } from '../../sql/event-source.js';
import { bind, sql, type Sql } from '../../sql/sql.js';

/** The events of a scope with an id. */
export function findSql(id: string, scope: ReadScope, source: EventSource): Sql {
  const { projectId } = scope;
  const byKey = projectId === undefined ? [] : [sql`e.project_key = ${bind(projectKey(projectId))}`];
  const where = source.where(scope, { operand: { field: 'id' }, operator: 'in', values: [id] }, ...byKey);
  return sql`SELECT ${columnsOf(source)} FROM ${source.table} ${where}`;
}

export function toEvent(row: ReadRow): StoredEvent {
  row.created_at = isoTime(row.created_at!);
  return toStoredEvent(row as EventRow);
}

export function toPage(rows: readonly ReadRow[], { scope, limit }: EventListing): EventPage<StoredEvent> {
  const events = rows.slice(0, limit).map(toEvent);
  return { events, next: rows.length > limit ? keysetOf(events[limit - 1], scope) : null };
}

/** The keyset of the last event of a page. */
export function keysetOf({ createdAt, id, projectId }: StoredEvent, scope: ReadScope): Keyset {
  return scope.projectId === undefined ? [createdAt, id, projectKey(projectId)] : [createdAt, id];
}

/** All that an event is made of. */
export function columnsOf({ dialect }: EventSource): Sql {
  return sql`e.id, e.entity_type, e.type, e.message_id, e.conversation_id, e.search_query, ${dialect.textOfTime(sql`e.created_at`)} AS created_at, e.project_id, e.integration_id, e.properties, e.user_properties, e.fields`;
}
