import { subjectOf } from './entity-types/subject.js';
import type { JsonObject, StoredEvent } from './event.interface.js';
import { jsonText } from './json-text.js';

/** The event as JSON text, its fields in the order of the HTTP contract, without what only the store knows. */
export function serializeEvent(event: StoredEvent): string {
  const { id, type, createdAt, projectId, integrationId, properties, userProperties, entityType, fields } = event;
  const about = JSON.stringify({ id, type, ...subjectOf(event) }).slice(1, -1);
  const own = fields === undefined ? '' : jsonText(fields).slice(1, -1);
  const rest = JSON.stringify({ createdAt, projectId, integrationId }).slice(1, -1);
  const head = own === '' ? `${about},${rest}` : `${about},${own},${rest}`;
  return `{${head},"properties":${textOf(properties)},"userProperties":${textOf(userProperties)},"entityType":"${entityType}"}`;
}

function textOf(value: JsonObject | null): string {
  return value === null ? 'null' : jsonText(value);
}
