import { hash } from 'node:crypto';
import type { Subject } from './entity-types/entity-type.js';
import type { JsonObject, StoredEvent } from './event.interface.js';
import { jsonText } from './json-text.js';

/** What two events with one id must have in common for the second to be a replay of the first. */
export type EventContent = Pick<
  StoredEvent,
  'entityType' | 'type' | 'projectId' | 'integrationId' | 'properties' | 'userProperties'
>;

/** In characters of base64url: 132 bits. */
const DIGEST_LENGTH = 22;

/**
 * A digest of what an event says, as it was sent and put in the sender's scope; neither its id nor its times. `ownFields`
 * are those that its entity type adds. The order of keys in free-form JSON counts.
 */
export function contentDigest(event: EventContent, ownFields: Subject): string {
  const { entityType, type, projectId, integrationId } = event;
  const texts = [...Object.values(ownFields), textOf(event.properties), textOf(event.userProperties)];
  // With the lengths in front, no two contents make one text.
  const lengths = texts.map((text) => text?.length);
  const head = JSON.stringify([entityType, type, projectId, integrationId, Object.keys(ownFields), lengths]);
  return hash('sha256', `${head}\n${texts.join('')}`, 'base64url').slice(0, DIGEST_LENGTH);
}

function textOf(value: JsonObject | null): string | undefined {
  return value === null ? undefined : jsonText(value);
}
