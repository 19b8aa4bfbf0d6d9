import type { StoredDelivery, StoredWebhook } from '../../storage/webhooks/stored-webhook.interface.js';
import type { ConsumerReport } from '../consumer-report.interface.js';
import type { WebhookEndpoint } from './webhook-endpoint.interface.js';
import type { WebhookReport } from './webhook-report.interface.js';
import { secretsInForce } from './webhook-secret.js';

type About = Pick<WebhookReport, 'id' | 'name' | 'url' | 'entityTypes' | 'types' | 'projectId' | 'createdAt' | 'graceEndsAt'>;

/** What is told of an endpoint of the store. */
export function aboutStored(webhook: StoredWebhook): About {
  const { id, name, url, entityTypes, types, projectId, createdAt } = webhook;
  const [, before] = secretsInForce(webhook.secrets);
  return { id, name, url, entityTypes, types, projectId, createdAt, graceEndsAt: before?.expiresAt ?? null };
}

/** The same of one that is configured. */
export function aboutConfigured(endpoint: WebhookEndpoint): About {
  const { id, url, entityTypes = null, types = null, projectId = null } = endpoint;
  return { id, name: id, url, entityTypes, types, projectId, createdAt: null, graceEndsAt: null };
}

/** An endpoint, and how it does. */
export function webhookReport(
  about: About,
  consumer?: ConsumerReport,
  lastDelivery: StoredDelivery | null = null,
): WebhookReport {
  const { status = null, attempts = 0, failingSince = null, lastError = null } = consumer ?? {};
  const { lagEvents = null, lagSeconds = null } = consumer ?? {};
  return { ...about, status, attempts, failingSince, lastError, lagEvents, lagSeconds, lastDelivery };
}
