import { hash } from 'node:crypto';
import { type Subject, subjectFieldOf } from './entity-types/subject.js';
import type { JsonObject, StoredEvent } from './event.interface.js';
import { jsonText } from './json-text.js';

/** What two events with one id must have in common for the second to be a replay of the first. */
export type EventContent = Pick<
  StoredEvent,
  'entityType' | 'type' | 'projectId' | 'integrationId' | 'properties' | 'userProperties' | 'fields'
> &
  Subject;

/** In characters of base64url: 132 bits. */
const DIGEST_LENGTH = 22;

/**
 * A digest of what an event says, as it was sent and put in the sender's scope; neither its id nor its times. The order of keys
 * in JSON counts. `fields` is the text of its own fields as they were sent, which may be stored otherwise.
 */
export function contentDigest(event: EventContent, fields = textOf(event.fields)): string {
  const { entityType, type, projectId, integrationId } = event;
  const subject = subjectFieldOf(entityType);
  const texts = [textOf(event.properties), textOf(event.userProperties)];
  if (subject !== undefined) texts.unshift(event[subject]);
  if (fields !== undefined) texts.push(fields);
  // With the lengths in front, no two contents make one text.
  const lengths = texts.map((text) => text?.length);
  const head = JSON.stringify([entityType, type, projectId, integrationId, subject === undefined ? [] : [subject], lengths]);
  return hash('sha256', `${head}\n${texts.join('')}`, 'base64url').slice(0, DIGEST_LENGTH);
}

function textOf(value: JsonObject | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : jsonText(value);
}
