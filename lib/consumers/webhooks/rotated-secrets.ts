import { ConflictException } from '@nestjs/common';
import type { StoredWebhook, WebhookSecret } from '../../storage/webhooks/stored-webhook.interface.js';
import { secretsInForce } from './webhook-secret.js';

/** More signatures would make a header that receivers refuse. */
const MAX_SECRETS = 5;

/** The secrets of an endpoint with a new one, beside which those of before sign for `gracePeriod` milliseconds, or as long as they would. */
export function rotatedSecrets({ id, secrets }: StoredWebhook, secret: string, gracePeriod: number): WebhookSecret[] {
  const now = Date.now();
  const end = now + gracePeriod;
  const older = secretsInForce(secrets, now).map((old) => ({
    ...old,
    expiresAt: new Date(Math.min(end, old.expiresAt === null ? Infinity : Date.parse(old.expiresAt))).toISOString(),
  }));
  const kept = secretsInForce(older, now);
  if (kept.length >= MAX_SECRETS) {
    throw new ConflictException(
      `The endpoint '${id}' has ${MAX_SECRETS} secrets in force: wait until one has ended, or rotate with a grace period of 0.`,
    );
  }
  return [{ secret, createdAt: new Date(now).toISOString(), expiresAt: null }, ...kept];
}
