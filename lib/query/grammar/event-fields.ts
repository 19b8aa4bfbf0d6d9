import type { JsonField, Operand, TextField } from '../../storage/reading/event-query.interface.js';
import type { EventField } from '../query-request.interface.js';

type FieldOfEvents = TextField | JsonField | 'createdAt';

/** The fields as they are asked for, and as events have them: no other name gets into a plan. */
export const FIELDS: Readonly<Record<EventField, FieldOfEvents>> = {
  id: 'id',
  organizationId: 'organizationId',
  messageId: 'messageId',
  conversationId: 'conversationId',
  createdAt: 'createdAt',
  projectId: 'projectId',
  integrationId: 'integrationId',
  eventType: 'entityType',
  entityType: 'entityType',
  type: 'type',
  searchQuery: 'searchQuery',
  userKey: 'userKey',
  properties: 'properties',
  userProperties: 'userProperties',
  fields: 'fields',
};

export const JSON_FIELDS: Readonly<Record<JsonField, true>> = { properties: true, userProperties: true, fields: true };

/** What is selected where nothing is: the fields of the SDK, and ours. */
export const DEFAULT_FIELDS = (Object.keys(FIELDS) as EventField[]).filter(
  (field) => field !== 'entityType' && field !== 'userKey',
);

export function isJsonField(field: FieldOfEvents): field is JsonField {
  return Object.hasOwn(JSON_FIELDS, field);
}

/** A field, or what is at a path in it. */
export function operandOf(name: EventField, path: readonly string[] = []): Operand {
  const field = FIELDS[name];
  return isJsonField(field) ? { field, path } : { field };
}

/** Whether it is a whole JSON field. */
export function isDocument(operand: Operand): boolean {
  return 'path' in operand && operand.path.length === 0;
}
