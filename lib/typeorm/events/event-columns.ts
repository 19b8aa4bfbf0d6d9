import type { EventRecord, StoredEvent } from '../../events/event.interface.js';
import { jsonText, parseJsonText } from '../../events/json-text.js';
import { userKeyOf } from '../../events/user-key.js';
import type { EventEntity } from './event.entity.js';

/** One column of the table of events, and how it keeps its field. */
export interface EventColumn<Name extends string = string> {
  readonly column: Name;
  /** Its field in `EventEntity` and, unless it is derived, in the record. */
  readonly field: keyof EventEntity;
  /** What the row holds for an event. By default the field as it is, and null where the event has none. */
  readonly write?: (event: EventRecord) => string | null;
  /** What the record holds for a text of the row. By default the text. */
  readonly read?: (text: string) => unknown;
  /** `optional`: where the row holds null, the record has no such field. `derived`: an event that is read never has it. */
  readonly kind?: 'optional' | 'derived';
}

/** The columns in the order in which every engine writes them: the one place that knows what a row is. */
export const EVENT_COLUMNS = [
  eventColumn('project_key', 'projectKey', {
    write: ({ projectId }) => projectKey(projectId),
    kind: 'derived',
  }),
  eventColumn('id', 'id'),
  eventColumn('entity_type', 'entityType'),
  eventColumn('type', 'type'),
  eventColumn('message_id', 'messageId', { kind: 'optional' }),
  eventColumn('conversation_id', 'conversationId', { kind: 'optional' }),
  eventColumn('search_query', 'searchQuery', { kind: 'optional' }),
  eventColumn('created_at', 'createdAt'),
  eventColumn('project_id', 'projectId'),
  eventColumn('integration_id', 'integrationId'),
  eventColumn('properties', 'properties', { write: ({ properties }) => properties && jsonText(properties), read: parseJsonText }),
  eventColumn('user_properties', 'userProperties', {
    write: ({ userProperties }) => userProperties && jsonText(userProperties),
    read: parseJsonText,
  }),
  eventColumn('received_at', 'receivedAt'),
  eventColumn('content_digest', 'contentDigest', { kind: 'derived' }),
  eventColumn('fields', 'fields', {
    write: ({ fields }) => (fields ? jsonText(fields) : null),
    read: parseJsonText,
    kind: 'optional',
  }),
  eventColumn('user_key', 'userKey', { write: userKeyOf, kind: 'derived' }),
];

export const COLUMNS = EVENT_COLUMNS.map(({ column }) => column);

const NO_CONTENT = ['project_key', 'id', 'created_at', 'project_id', 'received_at', 'content_digest', 'user_key'];

/** The columns that two events with one key have in common where the second is a replay of the first. */
export const CONTENT_COLUMNS = COLUMNS.filter((column) => !NO_CONTENT.includes(column));

/** An event as the engines write and read it: every value as text, JSON and times too. */
export type EventRow = Record<(typeof COLUMNS)[number], string | null>;

/** What is read of an event whose id comes again: its content stays where it is. */
export type EarlierRow = Pick<EventRow, 'project_key' | 'id' | 'created_at' | 'content_digest'>;

export const EARLIER_COLUMNS = ['project_key', 'id', 'created_at', 'content_digest'] as const satisfies (keyof EarlierRow)[];

/** What is read of the database: all but what is derived. */
export type ReadEvent = StoredEvent & Pick<EventRecord, 'receivedAt'>;

const READ_COLUMNS = EVENT_COLUMNS.filter(({ kind }) => kind !== 'derived');
const STORED_COLUMNS = READ_COLUMNS.filter(({ field }) => field !== 'receivedAt');

const EMPTY_ROW = Object.fromEntries(COLUMNS.map((column) => [column, null])) as EventRow;

export function toRow(event: EventRecord): EventRow {
  const fields: Partial<Record<keyof EventEntity, unknown>> = event;
  const row = { ...EMPTY_ROW }; // copied, as an object that grows column by column is slower
  for (const { column, field, write } of EVENT_COLUMNS) {
    row[column] = write === undefined ? ((fields[field] as string | undefined) ?? null) : write(event);
  }
  return row;
}

/** The row of values in the order of the columns; what follows them is left out. */
export function rowOf(values: readonly (string | null)[]): EventRow {
  const row = { ...EMPTY_ROW };
  for (let index = 0; index < COLUMNS.length; index++) row[COLUMNS[index]] = values[index];
  return row;
}

export function toRecord(row: EventRow): ReadEvent {
  return fieldsOf(row, READ_COLUMNS) as ReadEvent;
}

/** The same without what only the store knows. */
export function toStoredEvent(row: EventRow): StoredEvent {
  return fieldsOf(row, STORED_COLUMNS) as StoredEvent;
}

function fieldsOf(row: EventRow, columns: readonly EventColumn<keyof EventRow>[]): object {
  const fields: Partial<Record<keyof EventEntity, unknown>> = {};
  for (const { column, field, read, kind } of columns) {
    const text = row[column];
    if (kind === 'optional' && text === null) continue;
    fields[field] = text === null || read === undefined ? text : read(text);
  }
  return fields;
}

/** The project as a part of the primary key, which can't be null. */
export function projectKey(projectId: string | null): string {
  return projectId === null ? '' : `=${projectId}`;
}

/** The way back from `projectKey()`. */
export function projectOfKey(key: string): string | null {
  return key === '' ? null : key.slice(1);
}

function eventColumn<Name extends string>(
  column: Name,
  field: keyof EventEntity,
  more: Pick<EventColumn, 'write' | 'read' | 'kind'> = {},
): EventColumn<Name> {
  return { column, field, ...more };
}
