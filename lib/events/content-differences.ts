import type { Subject } from './entity-types/entity-type.js';
import type { EventContent } from './content-digest.js';
import { jsonText } from './json-text.js';
import type { FieldError } from './validation/field-error.interface.js';

const FIELDS = ['entityType', 'type', 'integrationId', 'properties', 'userProperties'] as const;

/** The fields in which an event is not what is stored under its id; `ownFields` are those that its entity type adds. */
export function contentDifferences(sent: EventContent, stored: EventContent, ownFields: Subject): FieldError[] {
  const others: Subject & Partial<EventContent> = stored;
  const own = Object.keys(ownFields) as (keyof Subject)[];
  const names = [
    ...FIELDS.filter((field) => textOf(sent[field]) !== textOf(stored[field])),
    ...own.filter((field) => ownFields[field] !== others[field]),
  ];
  return names.map((field) => ({ pointer: `#/${field}`, detail: `${field} is not that of the stored event` }));
}

function textOf(value: EventContent[(typeof FIELDS)[number]]): string | null {
  return typeof value === 'object' && value !== null ? jsonText(value) : value;
}
