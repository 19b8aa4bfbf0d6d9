import type { DataSource } from 'typeorm';
import type { EventRecord } from '../../events/event.interface.js';
import { jsonText, parseJsonText } from '../../events/json-text.js';
import type { Durability } from '../../storage/durability.interface.js';
import { EVENT_TABLE } from './event.entity.js';

/** The columns in the order in which every engine writes them. */
export const COLUMNS = [
  'project_key',
  'id',
  'entity_type',
  'type',
  'message_id',
  'conversation_id',
  'search_query',
  'created_at',
  'project_id',
  'integration_id',
  'properties',
  'user_properties',
  'received_at',
] as const;

export type EventRow = Record<(typeof COLUMNS)[number], string | null>;

/** How one database engine stores events. */
export interface EventTable {
  /** Fails where the table isn't there or can't be used. */
  open(deadline: number): Promise<void>;
  /**
   * Stores the rows whose key is new, all or none, and resolves to those that were there before. No two of `rows`
   * have the same key. Fails at `deadline`, a moment of `performance.now()`.
   */
  insert(rows: readonly EventRow[], deadline: number): Promise<EventRow[]>;
  /** What a commit survives with the settings in force on a connection. */
  durability(deadline: number): Promise<Durability>;
  /** Whether an error of the driver means that the database can't be reached or is too busy. */
  isUnavailable(error: unknown): boolean;
}

/** Name of a table as SQL, with the data source's `entityPrefix` and `schema`. */
export function qualifiedName(dataSource: DataSource, table = EVENT_TABLE): string {
  const name = unqualifiedName(dataSource, table);
  const { schema } = dataSource.options as { schema?: string };
  return schema ? `${dataSource.driver.escape(schema)}.${name}` : name;
}

/** Name of a table or an index as SQL, with the data source's `entityPrefix`. */
export function unqualifiedName(dataSource: DataSource, name: string): string {
  return dataSource.driver.escape(`${dataSource.options.entityPrefix ?? ''}${name}`);
}

export function toRow(event: EventRecord): EventRow {
  return {
    project_key: event.projectId === null ? '' : `=${event.projectId}`,
    id: event.id,
    entity_type: event.entityType,
    type: event.type,
    message_id: event.entityType === 'message' ? event.messageId : null,
    conversation_id: event.entityType === 'conversation' ? event.conversationId : null,
    search_query: event.entityType === 'search' ? event.searchQuery : null,
    created_at: event.createdAt,
    project_id: event.projectId,
    integration_id: event.integrationId,
    properties: event.properties && jsonText(event.properties),
    user_properties: event.userProperties && jsonText(event.userProperties),
    received_at: event.receivedAt,
  };
}

export function toRecord(row: EventRow): EventRecord {
  return {
    id: row.id,
    type: row.type,
    ...(row.message_id !== null && { messageId: row.message_id }),
    ...(row.conversation_id !== null && { conversationId: row.conversation_id }),
    ...(row.search_query !== null && { searchQuery: row.search_query }),
    createdAt: row.created_at,
    projectId: row.project_id,
    integrationId: row.integration_id,
    properties: row.properties && parseJsonText(row.properties),
    userProperties: row.user_properties && parseJsonText(row.user_properties),
    entityType: row.entity_type,
    receivedAt: row.received_at,
  } as EventRecord;
}

/** With times as DATETIME text in UTC, as TypeORM too writes and compares them: `2026-01-02 03:04:05.678`. */
export function withSqlTimes(row: EventRow): EventRow {
  return withTimes(row, (time) => time.slice(0, 23).replace('T', ' '));
}

/** The way back from `withSqlTimes()`. */
export function withIsoTimes(row: EventRow): EventRow {
  return withTimes(row, (time) => `${time.slice(0, 23).replace(' ', 'T')}Z`);
}

function withTimes(row: EventRow, convert: (time: string) => string): EventRow {
  return { ...row, created_at: convert(row.created_at!), received_at: convert(row.received_at!) };
}

/** What tells rows apart: no project and no id holds a control character. */
export function keyOf(row: Pick<EventRow, 'project_key' | 'id'>): string {
  return `${row.project_key}\n${row.id}`;
}

/** One order for all writers: two batches with the same ids would else wait for each other. */
export function inKeyOrder(rows: readonly EventRow[]): EventRow[] {
  const keys = new Map(rows.map((row) => [row, keyOf(row)]));
  return rows.toSorted((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1));
}

/** The driver's code for an error: a SQLSTATE, a MySQL or SQLite error name, or one of Node's, e.g. ECONNREFUSED. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}

/** Node's codes for a peer that can't be reached. */
export const NETWORK_FAULT =
  /^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
