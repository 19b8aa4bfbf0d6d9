import type { WebhookPackages } from './load-webhook-packages.js';

/** A body and what tells it from others. */
export interface WebhookMessage {
  /** The same for each try, so that a receiver knows what it has seen. */
  readonly id: string;
  readonly body: string;
}

/** The headers of Standard Webhooks, with a signature by each secret. Throws an `Error` that shows no secret where one is none. */
export function signatureHeaders(
  Webhook: WebhookPackages['Webhook'],
  secrets: readonly string[],
  { id, body }: WebhookMessage,
  at = new Date(),
): Record<string, string> {
  if (secrets.length === 0) throw noSecret();
  const signatures = secrets.map((secret) => signerOf(Webhook, secret).sign(id, at, body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}

function signerOf(Webhook: WebhookPackages['Webhook'], secret: string) {
  try {
    return new Webhook(secret);
  } catch {
    throw noSecret();
  }
}

function noSecret(): Error {
  return new Error('Its secret is none: expected whsec_ and Base64; rotate it');
}
