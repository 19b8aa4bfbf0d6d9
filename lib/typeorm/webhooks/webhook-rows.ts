import type { StoredDelivery, StoredWebhook, WebhookSecret } from '../../storage/webhooks/stored-webhook.interface.js';
import { storableText } from '../../events/storable-text.js';
import type { TextRow } from '../engines/database.js';
import type { BoundValue } from '../../sql/sql.js';

export const WEBHOOK_COLUMNS = [
  'id',
  'name',
  'url',
  'secrets',
  'entity_types',
  'types',
  'project_id',
  'created_at',
  'version',
] as const;

export const DELIVERY_COLUMNS = [
  'id',
  'endpoint_id',
  'message_id',
  'after_position',
  'position',
  'event_count',
  'attempt',
  'status',
  'error',
  'ms',
  'sent_at',
] as const;

/** The columns that are times. */
export const WEBHOOK_TIMES: readonly string[] = ['created_at', 'sent_at'];

/** What is bound of an endpoint, in the order of the columns. */
export function valuesOfWebhook(webhook: StoredWebhook): BoundValue[] {
  const { id, name, url, secrets, entityTypes, types, projectId, createdAt, version } = webhook;
  const lists = [textOf(secrets), textOf(entityTypes), textOf(types)];
  return [id, name, url, ...lists, projectId, createdAt, String(version)];
}

export function toStoredWebhook(row: TextRow): StoredWebhook {
  return {
    id: row.id!,
    name: row.name!,
    url: row.url!,
    secrets: listOf<WebhookSecret>(row.secrets)!,
    entityTypes: listOf<string>(row.entity_types),
    types: listOf<string>(row.types),
    projectId: row.project_id,
    createdAt: row.created_at!,
    version: Number(row.version),
  };
}

/** What is bound of a delivery, in the order of the columns. */
export function valuesOfDelivery(delivery: StoredDelivery): BoundValue[] {
  const { id, endpointId, messageId, after, position, count, attempt, status, error, ms, at } = delivery;
  const outcome = [status === null ? null : String(status), error === null ? null : storableText(error), String(ms)];
  return [id, endpointId, messageId, after, position, String(count), String(attempt), ...outcome, at];
}

export function toStoredDelivery(row: TextRow): StoredDelivery {
  return {
    id: row.id!,
    endpointId: row.endpoint_id!,
    messageId: row.message_id!,
    after: row.after_position!,
    position: row.position!,
    count: Number(row.event_count),
    attempt: Number(row.attempt),
    status: row.status === null ? null : Number(row.status),
    error: row.error,
    ms: Number(row.ms),
    at: row.sent_at!,
  };
}

function textOf(list: readonly unknown[] | null): string | null {
  return list && JSON.stringify(list);
}

function listOf<T>(text: string | null): T[] | null {
  return text === null ? null : (JSON.parse(text) as T[]);
}
