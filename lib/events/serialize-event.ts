import { ENTITY_TYPES } from './entity-types.js';
import type { EventRecord } from './event.interface.js';

/** The event as JSON text, its fields in the order of the HTTP contract, without what only the store knows. */
export function serializeEvent(event: EventRecord): string {
  const { field } = ENTITY_TYPES.get(event.entityType)!;
  return JSON.stringify({
    id: event.id,
    type: event.type,
    [field]: (event as unknown as Record<string, string>)[field],
    createdAt: event.createdAt,
    projectId: event.projectId,
    integrationId: event.integrationId,
    properties: event.properties,
    userProperties: event.userProperties,
    entityType: event.entityType,
  });
}
