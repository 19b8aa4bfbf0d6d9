import { LogLine } from '../../diagnostics/log-line.js';
import { logger } from '../../diagnostics/logger.js';
import { reasonOf } from '../../diagnostics/reason-of.js';
import { RepeatedLines } from '../../diagnostics/repeated-lines.js';
import type { FeedRecord, FeedStart } from '../../storage/event-feed.js';
import type { DeliveryContext, Subscription } from '../subscription.interface.js';
import type { WebhookDelivery } from './webhook-delivery.interface.js';
import type { WebhookEndpoint } from './webhook-endpoint.interface.js';
import { WebhookFailedError } from './webhook-failed.error.js';
import { messageIdOf, partsOf, payloadOf, type WebhookPart } from './webhook-payload.js';
import { WEBHOOK_RETRY } from './webhook-retry.policy.js';
import { REQUEST_TIMEOUT_MS, type WebhookSender } from './webhook-sender.js';

const BATCH_SIZE = 100;

const lines = new RepeatedLines((line) => logger.warn(line));

/** Is told of each try. The next one waits for it; what it throws is logged, and changes nothing. */
export type WebhookRecorder = (delivery: WebhookDelivery) => unknown;

/** Under which the position of an endpoint is kept. */
export function webhookConsumerName(endpointId: string): string {
  return `webhook:${endpointId}`;
}

/** The events of the log on their way to one endpoint. */
export class WebhookSubscription implements Subscription {
  readonly name: string;
  readonly batchSize = BATCH_SIZE;
  /** Each request has a limit of its own; this one is for as many as there can be. */
  readonly handleTimeout = BATCH_SIZE * REQUEST_TIMEOUT_MS;
  readonly retry = WEBHOOK_RETRY;
  /** What the endpoint has taken of a batch that is tried again. */
  private readonly taken = new Set<string>();

  constructor(
    private readonly endpoint: WebhookEndpoint,
    private readonly sender: WebhookSender,
    private readonly recorded?: WebhookRecorder,
    readonly from: FeedStart = 'now',
  ) {
    this.name = webhookConsumerName(endpoint.id);
  }

  isWanted(record: FeedRecord): boolean {
    const { projectId, entityTypes, types } = this.endpoint;
    if (record.kind === 'erased') return projectId === undefined || record.projectId === projectId;
    const { event } = record;
    if (projectId !== undefined && event.projectId !== projectId) return false;
    return (entityTypes?.includes(event.entityType) ?? true) && (types?.includes(event.type) ?? true);
  }

  /** Throws a `WebhookFailedError` for the first request that the endpoint has not taken. */
  async deliver(records: readonly FeedRecord[], { after, attempt, signal }: DeliveryContext): Promise<void> {
    if (attempt === 1) this.taken.clear();
    for (const part of partsOf(records, after)) {
      const messageId = messageIdOf(this.endpoint.id, part);
      if (this.taken.has(messageId)) continue;
      await this.sendPart(part, messageId, attempt, signal);
      this.taken.add(messageId);
    }
  }

  private async sendPart(part: WebhookPart, id: string, attempt: number, signal: AbortSignal): Promise<void> {
    const at = new Date();
    const result = await this.sender.send(this.endpoint, { id, body: payloadOf(part, at) }, signal);
    const { after, position, events } = part;
    const about = { endpointId: this.endpoint.id, messageId: id, after, position, count: events.length };
    await this.record({ ...about, attempt, ...result, at: at.toISOString() });
    if (result.error !== undefined) throw new WebhookFailedError(result.error, result.status);
  }

  private async record(delivery: WebhookDelivery): Promise<void> {
    try {
      await this.recorded?.(delivery);
    } catch (error) {
      const reason = reasonOf(error);
      const text = `A delivery of ${this.name} was not recorded: ${reason}`;
      lines.write(
        'Deliveries are not recorded',
        new LogLine('A delivery was not recorded', { consumer: this.name, reason }, text),
      );
    }
  }
}
