import type { StoredWebhook } from '../../storage/webhooks/stored-webhook.interface.js';
import type { WebhookEndpoint } from './webhook-endpoint.interface.js';
import { secretsInForce } from './webhook-secret.js';

/** An endpoint of the store, as it was last read: what has changed there is in force with the next request. */
export class StoredEndpoint implements WebhookEndpoint {
  constructor(private stored: StoredWebhook) {}

  get id(): string {
    return this.stored.id;
  }

  get url(): string {
    return this.stored.url;
  }

  get secrets(): readonly string[] {
    return secretsInForce(this.stored.secrets).map(({ secret }) => secret);
  }

  get entityTypes(): readonly string[] | undefined {
    return this.stored.entityTypes ?? undefined;
  }

  get types(): readonly string[] | undefined {
    return this.stored.types ?? undefined;
  }

  get projectId(): string | undefined {
    return this.stored.projectId ?? undefined;
  }

  update(stored: StoredWebhook): void {
    this.stored = stored;
  }
}
