import { lookup as dnsLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Agent } from 'undici';
import { checkedWebhookUrl } from './checked-webhook-url.js';
import type { WebhookPackages } from './load-webhook-packages.js';
import { publicLookup } from './public-lookup.js';
import type { WebhookEndpoint } from './webhook-endpoint.interface.js';
import { failureOfRequest, failureOfStatus } from './webhook-failure.js';
import { post, type WebhookRequest } from './webhook-request.js';
import type { WebhookResult } from './webhook-result.interface.js';
import { signatureHeaders, type WebhookMessage } from './webhook-signature.js';

const CONNECT_TIMEOUT_MS = 5_000;
export const REQUEST_TIMEOUT_MS = 15_000;

export interface WebhookSenderOptions {
  /** Whether endpoints may be at private, loopback and link-local addresses, and without TLS. Default: false. */
  readonly allowPrivateAddresses?: boolean;
  /** Certificates, in PEM, that are trusted in place of those that Node trusts. */
  readonly ca?: ConnectionOptions['ca'];
  /** Milliseconds for a connection, 5,000 by default, and for all of a request, 15,000 by default. */
  readonly connectTimeout?: number;
  readonly timeout?: number;
}

/** Sends signed requests to endpoints, whoever has given their URLs. */
export class WebhookSender {
  private readonly agent: Agent;
  private readonly allowPrivateAddresses: boolean;
  private readonly timeout: number;

  constructor(
    private readonly packages: WebhookPackages,
    {
      allowPrivateAddresses = false,
      ca,
      connectTimeout = CONNECT_TIMEOUT_MS,
      timeout = REQUEST_TIMEOUT_MS,
    }: WebhookSenderOptions,
    lookup: LookupFunction = dnsLookup,
  ) {
    this.allowPrivateAddresses = allowPrivateAddresses;
    this.timeout = timeout;
    const connect = { timeout: connectTimeout, ca, rejectUnauthorized: true };
    this.agent = new packages.Agent({ connect: { ...connect, lookup: allowPrivateAddresses ? lookup : publicLookup(lookup) } });
  }

  /** Never rejects: whatever fails is in the result. */
  async send(endpoint: WebhookEndpoint, message: WebhookMessage, signal?: AbortSignal): Promise<WebhookResult> {
    const started = performance.now();
    const outcome = await this.outcomeOf(endpoint, message, signal);
    return { ...outcome, ms: Math.round(performance.now() - started) };
  }

  /** Gives up what is on its way. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async outcomeOf(endpoint: WebhookEndpoint, message: WebhookMessage, signal?: AbortSignal) {
    let request: WebhookRequest;
    try {
      request = this.requestOf(endpoint, message);
    } catch (error) {
      return { error: (error as Error).message };
    }
    return this.answerTo(request, signal);
  }

  private requestOf({ url, secrets }: WebhookEndpoint, message: WebhookMessage): WebhookRequest {
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'nestjs-event-log',
      ...signatureHeaders(this.packages.Webhook, secrets, message),
    };
    return { url: checkedWebhookUrl(url, this.allowPrivateAddresses), headers, body: message.body };
  }

  private async answerTo(request: WebhookRequest, signal?: AbortSignal) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error(`It did not answer within ${this.timeout} ms`)), this.timeout);
    const giveUp = () => controller.abort(new Error('The request was given up'));
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted) giveUp();
    try {
      const status = await post(this.agent, request, controller.signal);
      return { status, error: failureOfStatus(status) };
    } catch (error) {
      return { error: controller.signal.aborted ? (controller.signal.reason as Error).message : failureOfRequest(error) };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  }
}
