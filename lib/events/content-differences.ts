import type { EventContent } from './content-digest.js';
import { subjectOf } from './entity-types/subject.js';
import type { JsonObject } from './event.interface.js';
import { jsonPointer } from './json-pointer.js';
import { jsonText } from './json-text.js';
import type { FieldError } from './validation/field-error.interface.js';

const FIELDS = ['entityType', 'type', 'integrationId', 'properties', 'userProperties'] as const;

/** The fields in which an event is not what is stored under its id. */
export function contentDifferences(sent: EventContent, stored: EventContent): FieldError[] {
  const [ours, theirs] = [contentOf(sent), contentOf(stored)];
  // Of another entity type, that tells enough.
  const fields = sent.entityType === stored.entityType ? { ...ours, ...theirs } : ours;
  const names = Object.keys(fields).filter((field) => textOf(ours[field]) !== textOf(theirs[field]));
  return names.map((field) => ({ pointer: jsonPointer([field]), detail: `${field} is not that of the stored event` }));
}

function contentOf(event: EventContent): Record<string, unknown> {
  const shared = Object.fromEntries(FIELDS.map((field) => [field, event[field]]));
  return { ...shared, ...subjectOf(event), ...event.fields };
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? jsonText(value as JsonObject) : JSON.stringify(value);
}
