import { randomUUID } from 'node:crypto';
import type { StoredDelivery, StoredWebhook } from '../../storage/webhooks/stored-webhook.interface.js';
import type { WebhookStore } from '../../storage/webhooks/webhook.store.js';
import type { ContractCase } from '../contract-case.js';
import type { Expect } from '../test-runner.interface.js';

/** What a test of a store of webhooks works with. */
export interface WebhookStoreFixture {
  readonly store: WebhookStore;
  /** Over the same endpoints, as another process has it; the same where there is one store alone. */
  readonly another: WebhookStore;
  readonly expect: Expect;
}

export type WebhookStoreCase = ContractCase<WebhookStoreFixture>;

/** An endpoint of no other test. */
export function newWebhook(fields: Partial<StoredWebhook> = {}): StoredWebhook {
  const createdAt = '2026-01-02T03:04:05.678Z';
  const secrets = [{ secret: 'whsec_new', createdAt, expiresAt: null }];
  const all = { entityTypes: null, types: null, projectId: null };
  const about = { id: `whk_${randomUUID()}`, name: 'CRM', url: 'https://crm.example.com/hook' };
  return { ...about, ...all, secrets, createdAt, version: 1, ...fields };
}

/** A delivery whose id comes after those of lower numbers. */
export function newDelivery(endpointId: string, number: number, fields: Partial<StoredDelivery> = {}): StoredDelivery {
  const id = `whd_${String(number).padStart(4, '0')}_${endpointId}`;
  const positions = { after: String(number - 1), position: String(number) };
  const outcome = { count: 1, attempt: 1, status: 200, error: null, ms: 12, at: '2026-01-02T03:04:05.678Z' };
  return { id, endpointId, messageId: `msg_${number}`, ...positions, ...outcome, ...fields };
}

/** Adds an endpoint. */
export async function added(store: WebhookStore, webhook = newWebhook()): Promise<StoredWebhook> {
  await store.create(webhook);
  return webhook;
}
