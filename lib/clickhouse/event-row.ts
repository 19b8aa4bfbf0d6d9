import type { Subject } from '../events/entity-types/subject.js';
import type { EventRecord, JsonObject, StoredEvent } from '../events/event.interface.js';
import { jsonText, parseJsonText } from '../events/json-text.js';
import { userKeyOf } from '../events/user-key.js';
import type { ReadRow } from '../sql/read-statement.interface.js';
import { clickHouseJson } from './clickhouse-json.js';

/** A row of the copy. */
export interface EventRow {
  readonly project_key: string;
  readonly id: string;
  readonly entity_type: string;
  readonly type: string;
  readonly message_id: string | null;
  readonly conversation_id: string | null;
  readonly search_query: string | null;
  readonly created_at: number;
  readonly project_id: string | null;
  readonly integration_id: string | null;
  readonly properties: string;
  readonly user_properties: string;
  readonly fields: string;
  readonly user_key: string;
  readonly received_at: number;
}

/** All that an event is made of. */
export const EVENT_COLUMNS = [
  ...(['project_key', 'id', 'entity_type', 'type', 'message_id', 'conversation_id', 'search_query', 'created_at'] as const),
  ...(['project_id', 'integration_id', 'properties', 'user_properties', 'fields'] as const),
];

/** What no project is in the sorting key, which has no nulls. */
export function projectKey(projectId: string | null): string {
  return projectId === null ? '' : `=${projectId}`;
}

export function toEventRow(event: StoredEvent, receivedAt: EventRecord['receivedAt']): EventRow {
  const subject: Subject = event;
  return {
    project_key: projectKey(event.projectId),
    id: event.id,
    entity_type: event.entityType,
    type: event.type,
    message_id: subject.messageId ?? null,
    conversation_id: subject.conversationId ?? null,
    search_query: subject.searchQuery ?? null,
    created_at: Date.parse(event.createdAt),
    project_id: event.projectId,
    integration_id: event.integrationId,
    properties: textOf(event.properties),
    user_properties: textOf(event.userProperties),
    fields: textOf(event.fields),
    user_key: userKeyOf(event),
    received_at: Date.parse(receivedAt),
  };
}

/** The way back: the event as the log has it. */
export function toStoredEvent(row: ReadRow): StoredEvent {
  const read = row as { [Name in (typeof EVENT_COLUMNS)[number]]: EventRow[Name] };
  const subject = {
    ...(read.message_id !== null && { messageId: read.message_id }),
    ...(read.conversation_id !== null && { conversationId: read.conversation_id }),
    ...(read.search_query !== null && { searchQuery: read.search_query }),
  };
  const event = {
    id: read.id,
    entityType: read.entity_type,
    type: read.type,
    ...subject,
    createdAt: new Date(read.created_at).toISOString(),
    projectId: read.project_id,
    integrationId: read.integration_id,
    properties: objectOf(read.properties),
    userProperties: objectOf(read.user_properties),
    ...(read.fields !== '' && { fields: parseJsonText(read.fields) }),
  };
  return event as StoredEvent;
}

function textOf(value: JsonObject | null | undefined): string {
  return value ? clickHouseJson(jsonText(value)) : '';
}

function objectOf(text: string): JsonObject | null {
  return text === '' ? null : parseJsonText(text);
}
