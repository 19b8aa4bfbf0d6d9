import type { JsonObject } from '../../events/event.interface.js';
import { jsonText, parseJsonText } from '../../events/json-text.js';
import { userKeyOf } from '../../events/user-key.js';
import type { MessageMark } from '../../storage/conversations/match-messages.js';
import type { PlacedMessage } from '../../storage/conversations/merge-messages.js';
import type {
  ConversationHead,
  ConversationType,
  ConversationVisibility,
  ConversationWrite,
  FeedbackReason,
  StoredFeedback,
  StoredMessage,
} from '../../storage/conversations/stored-conversation.interface.js';
import type { TextRow } from '../engines/database.js';
import type { BoundValue } from '../../sql/sql.js';

/** Those of what may change after a conversation was made. */
export const CHANGING_COLUMNS = [
  'external_url',
  'support_ticket_conversation_id',
  'visibility',
  'tags',
  'properties',
  'user_properties',
  'user_key',
  'updated_at',
] as const;

export const HEAD_COLUMNS = [
  'id',
  'project_id',
  'integration_id',
  'state',
  'type',
  'external_id',
  'origin_id',
  'first_key',
  'external_key',
  'created_at',
  ...CHANGING_COLUMNS,
] as const;

/** What of a message is read to compare it with what is sent. */
export const MARK_COLUMNS = ['id', 'position', 'digest', 'body_digest', 'bytes', 'created_at', 'updated_at'] as const;

export const MESSAGE_COLUMNS = [...MARK_COLUMNS, 'conversation_id', 'role', 'body'] as const;

export const FEEDBACK_COLUMNS = [
  'id',
  'type',
  'message_id',
  'project_id',
  'integration_id',
  'reasons',
  'properties',
  'user_properties',
  'user_key',
  'created_at',
  'updated_at',
] as const;

/** What is bound of what may change, in the order of the columns. */
export function changingValuesOf(head: ConversationHead): BoundValue[] {
  const { externalUrl, supportTicketConversationId, visibility, tags, updatedAt } = head;
  const told = [externalUrl, supportTicketConversationId, visibility, tags && JSON.stringify(tags)];
  return [...told, ...personOf(head), updatedAt];
}

/** What is bound of a new conversation, in the order of the columns. */
export function valuesOfHead(head: ConversationHead, { firstKey, externalKey }: ConversationWrite): BoundValue[] {
  const { id, projectId, integrationId, type, externalId, originId, createdAt } = head;
  const fixed = [id, projectId, integrationId, 'kept', type, externalId, originId, firstKey, externalKey, createdAt];
  return [...fixed, ...changingValuesOf(head)];
}

export function toHead(row: TextRow): ConversationHead {
  return {
    id: row.id!,
    projectId: row.project_id,
    integrationId: row.integration_id,
    type: row.type as ConversationType,
    externalId: row.external_id,
    externalUrl: row.external_url,
    supportTicketConversationId: row.support_ticket_conversation_id,
    visibility: row.visibility as ConversationVisibility | null,
    tags: row.tags === null ? null : (JSON.parse(row.tags) as string[]),
    properties: jsonOf(row.properties),
    userProperties: jsonOf(row.user_properties),
    originId: row.origin_id,
    createdAt: row.created_at!,
    updatedAt: row.updated_at!,
  };
}

/** What is bound of a new message, in the order of the columns. */
export function valuesOfMessage({ message, position }: PlacedMessage, conversationId: string, receivedAt: string): string[] {
  const { id, role, text, digest, textDigest, createdAt } = message;
  const size = String(Buffer.byteLength(text));
  return [id, String(position), digest, textDigest, size, createdAt, receivedAt, conversationId, role, text];
}

export function toMark(row: TextRow): MessageMark {
  return {
    id: row.id!,
    position: Number(row.position),
    digest: row.digest!,
    textDigest: row.body_digest!,
    bytes: Number(row.bytes),
    createdAt: row.created_at!,
    updatedAt: row.updated_at!,
  };
}

export function toMessage(row: TextRow): StoredMessage {
  const { id, role, created_at: createdAt, updated_at: updatedAt, body } = row;
  return { id: id!, role: role!, createdAt: createdAt!, updatedAt: updatedAt!, body: parseJsonText(body!) };
}

/** What is bound of feedback, in the order of the columns. */
export function valuesOfFeedback(feedback: StoredFeedback): BoundValue[] {
  const { id, type, messageId, projectId, integrationId, reasons, createdAt, updatedAt } = feedback;
  const about = [id, type, messageId, projectId, integrationId, reasons && JSON.stringify(reasons)];
  return [...about, ...personOf(feedback), createdAt, updatedAt];
}

export function toFeedback(row: TextRow): StoredFeedback {
  return {
    id: row.id!,
    type: row.type as StoredFeedback['type'],
    messageId: row.message_id!,
    projectId: row.project_id,
    integrationId: row.integration_id,
    reasons: row.reasons === null ? null : (JSON.parse(row.reasons) as FeedbackReason[]),
    properties: jsonOf(row.properties),
    userProperties: jsonOf(row.user_properties),
    createdAt: row.created_at!,
    updatedAt: row.updated_at!,
  };
}

function personOf(told: Pick<ConversationHead, 'properties' | 'userProperties'>): (string | null)[] {
  return [textOf(told.properties), textOf(told.userProperties), userKeyOf(told) || null];
}

function textOf(value: JsonObject | null): string | null {
  return value && jsonText(value);
}

function jsonOf(text: string | null): JsonObject | null {
  return text === null ? null : parseJsonText(text);
}
