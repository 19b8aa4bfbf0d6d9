import { randomUUID } from 'node:crypto';

export const COLUMNS = [
  'project_key',
  'id',
  'entity_type',
  'type',
  'message_id',
  'created_at',
  'properties',
  'user_properties',
  'received_at',
];

/** What one event puts in these columns, with the time as an engine wants it. */
export function rowOf(event: Record<string, unknown>, time: string): unknown[] {
  const { entityType, type, messageId, properties, userProperties } = event;
  const json = [JSON.stringify(properties), JSON.stringify(userProperties)];
  return ['', randomUUID(), entityType, type, messageId, time, ...json, time];
}
