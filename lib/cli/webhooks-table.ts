import type { WebhookReport } from '../consumers/webhooks/webhook-report.interface.js';
import type { StoredDelivery } from '../storage/webhooks/stored-webhook.interface.js';
import { textTable } from './text-table.js';

/** Endpoints for people, a line each. */
export function webhooksTable(webhooks: readonly WebhookReport[]): string {
  const head = ['ID', 'NAME', 'URL', 'EVENTS', 'STATUS', 'EVENTS BEHIND', 'SECONDS', 'TRIES', 'LAST DELIVERY', 'LAST ERROR'];
  return textTable([head, ...webhooks.map(rowOf)]);
}

/** Deliveries for people, a line each. */
export function deliveriesTable(deliveries: readonly StoredDelivery[]): string {
  const head = ['ID', 'SENT', 'MESSAGE', 'EVENTS', 'TRY', 'STATUS', 'MS', 'ERROR'];
  return textTable([head, ...deliveries.map(deliveryRowOf)]);
}

function rowOf(webhook: WebhookReport): string[] {
  const { id, name, url, status, lagEvents, lagSeconds, attempts, lastDelivery, lastError } = webhook;
  const lag = [lagEvents, lagSeconds].map((value) => (value === null ? '?' : String(Math.round(value))));
  return [id, name, url, filtersOf(webhook), status ?? '-', ...lag, String(attempts), lastDelivery?.at ?? '-', lastError ?? '-'];
}

function deliveryRowOf({ id, at, messageId, count, attempt, status, ms, error }: StoredDelivery): string[] {
  return [id, at, messageId, String(count), String(attempt), String(status ?? '-'), String(ms), error ?? '-'];
}

function filtersOf({ entityTypes, types, projectId }: WebhookReport): string {
  const filters = [...(entityTypes ?? []), ...(types ?? []), ...(projectId === null ? [] : [`project ${projectId}`])];
  return filters.length === 0 ? 'all' : filters.join();
}
