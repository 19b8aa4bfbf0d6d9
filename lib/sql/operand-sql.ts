import type { JsonField, Operand, TextField } from '../storage/reading/event-query.interface.js';
import type { JsonSql, ReadDialect } from './read-dialect.interface.js';
import { sql, type Sql } from './sql.js';
import { userKeySql } from './user-key-sql.js';

/** Null: an event always has it. */
type TextColumn = (dialect: ReadDialect) => Sql;

const TEXT_COLUMNS: Readonly<Record<TextField, TextColumn>> = {
  id: () => sql`e.id`,
  entityType: () => sql`e.entity_type`,
  type: () => sql`e.type`,
  messageId: () => sql`e.message_id`,
  conversationId: () => sql`e.conversation_id`,
  // The migration can't give it its collation where a view of the host uses it.
  searchQuery: (dialect) => dialect.byCodePoint(sql`e.search_query`),
  projectId: () => sql`e.project_id`,
  integrationId: () => sql`e.integration_id`,
  organizationId: ({ noText }) => noText,
  userKey: userKeySql,
};

const DOCUMENTS: Readonly<Record<JsonField, Sql>> = {
  properties: sql`e.properties`,
  userProperties: sql`e.user_properties`,
  fields: sql`e.fields`,
};

/** Every event has them. */
const REQUIRED: readonly Operand['field'][] = ['id', 'entityType', 'type', 'createdAt'];

export const CREATED_AT = sql`e.created_at`;

export function isRequired({ field }: Operand): boolean {
  return REQUIRED.includes(field);
}

export function textSql(field: TextField, dialect: ReadDialect): Sql {
  if (!Object.hasOwn(TEXT_COLUMNS, field)) throw new TypeError('Expected the field of an operand to be one of an event');
  return TEXT_COLUMNS[field](dialect);
}

export function jsonSql({ field, path }: Extract<Operand, { path: unknown }>, dialect: ReadDialect): JsonSql {
  return dialect.columnOf?.(field, path) ?? dialect.at(documentSql(field), path);
}

export function documentSql(field: JsonField): Sql {
  if (!Object.hasOwn(DOCUMENTS, field)) throw new TypeError('Expected the field of an operand to be one of an event');
  return DOCUMENTS[field];
}

/** The JSON text at a path; NULL for what is missing and for JSON null. */
export function jsonTextSql(operand: Extract<Operand, { path: unknown }>, dialect: ReadDialect): Sql {
  const json = jsonSql(operand, dialect);
  return dialect.presentText?.(json) ?? sql`CASE WHEN NOT ${dialect.isType(json, 'null')} THEN ${dialect.jsonText(json)} END`;
}
