import type { EventRecord } from '../../events/event.interface.js';
import { jsonText, parseJsonText } from '../../events/json-text.js';

/** The columns in the order in which every engine writes them. */
export const COLUMNS = [
  'project_key',
  'id',
  'entity_type',
  'type',
  'message_id',
  'conversation_id',
  'search_query',
  'created_at',
  'project_id',
  'integration_id',
  'properties',
  'user_properties',
  'received_at',
] as const;

export type EventRow = Record<(typeof COLUMNS)[number], string | null>;

export function toRow(event: EventRecord): EventRow {
  return {
    project_key: event.projectId === null ? '' : `=${event.projectId}`,
    id: event.id,
    entity_type: event.entityType,
    type: event.type,
    message_id: event.entityType === 'message' ? event.messageId : null,
    conversation_id: event.entityType === 'conversation' ? event.conversationId : null,
    search_query: event.entityType === 'search' ? event.searchQuery : null,
    created_at: event.createdAt,
    project_id: event.projectId,
    integration_id: event.integrationId,
    properties: event.properties && jsonText(event.properties),
    user_properties: event.userProperties && jsonText(event.userProperties),
    received_at: event.receivedAt,
  };
}

export function toRecord(row: EventRow): EventRecord {
  return {
    id: row.id,
    type: row.type,
    ...(row.message_id !== null && { messageId: row.message_id }),
    ...(row.conversation_id !== null && { conversationId: row.conversation_id }),
    ...(row.search_query !== null && { searchQuery: row.search_query }),
    createdAt: row.created_at,
    projectId: row.project_id,
    integrationId: row.integration_id,
    properties: row.properties && parseJsonText(row.properties),
    userProperties: row.user_properties && parseJsonText(row.user_properties),
    entityType: row.entity_type,
    receivedAt: row.received_at,
  } as EventRecord;
}
