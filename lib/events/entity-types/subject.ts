import type { EntityReference } from '../event.interface.js';

type FieldsOf<Reference> = Reference extends unknown ? Exclude<keyof Reference, 'entityType'> : never;

/** A field by which events of one entity type of the contract, and no others, name what they are about. */
export type SubjectField = FieldsOf<EntityReference>;

/** The subject of an event, under the field of its entity type. */
export type Subject = { [Field in SubjectField]?: string };

/** The subject's field of each entity type of the contract. */
export const SUBJECT_FIELDS: ReadonlyMap<string, SubjectField> = new Map([
  ['message', 'messageId'],
  ['conversation', 'conversationId'],
  ['search', 'searchQuery'],
]);

/** The subject's field of an entity type of the contract; those of a host's own have none. */
export function subjectFieldOf(entityType: string): SubjectField | undefined {
  return SUBJECT_FIELDS.get(entityType);
}

/** What an event is about, under the one field that events of its type have: `{ messageId: 'msg_1' }`. */
export function subjectOf(event: Subject & { entityType: string }): Subject {
  const field = subjectFieldOf(event.entityType);
  return field === undefined ? {} : { [field]: event[field] };
}
