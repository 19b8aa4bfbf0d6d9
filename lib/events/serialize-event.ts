import type { EntityTypeRegistry } from './entity-types/entity-type.registry.js';
import type { StoredEvent, JsonObject } from './event.interface.js';
import { jsonText } from './json-text.js';

/** The event as JSON text, its fields in the order of the HTTP contract, without what only the store knows. */
export function serializeEvent(event: StoredEvent, entityTypes: EntityTypeRegistry): string {
  const { id, type, createdAt, projectId, integrationId, properties, userProperties, entityType } = event;
  const head = JSON.stringify({ id, type, ...entityTypes.subjectOf(event), createdAt, projectId, integrationId }).slice(0, -1);
  return `${head},"properties":${textOf(properties)},"userProperties":${textOf(userProperties)},"entityType":"${entityType}"}`;
}

function textOf(value: JsonObject | null): string {
  return value === null ? 'null' : jsonText(value);
}
