import { WebhookService } from './webhook.service.js';

/** The service of a host without webhooks: whatever is asked of it rejects, with the option that is missing. */
export class WebhooksOff extends WebhookService {
  readonly create = off;
  readonly list = off;
  readonly rotate = off;
  readonly pause = off;
  readonly resume = off;
  readonly delete = off;
  readonly ping = off;
  readonly deliveries = off;
  readonly redeliver = off;
}

async function off(): Promise<never> {
  throw new Error('Webhooks are off in this application: EventLogConsumersModule.forRoot({ webhooks: true }) has them.');
}
