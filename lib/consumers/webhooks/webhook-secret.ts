import { randomBytes } from 'node:crypto';
import type { WebhookSecret } from '../../storage/webhooks/stored-webhook.interface.js';

const [PREFIX, MIN_BYTES, MAX_BYTES] = ['whsec_', 24, 64];

/** A new secret, in the form of Standard Webhooks. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(MIN_BYTES).toString('base64')}`;
}

/** Those that sign at a time, the newest first. */
export function secretsInForce(secrets: readonly WebhookSecret[], at = Date.now()): WebhookSecret[] {
  return secrets.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > at);
}

/** Throws a `TypeError` that names the option, and shows nothing of what was given. */
export function checkedSecret(given: unknown, at: string): string {
  if (typeof given === 'string' && isSecret(given)) return given;
  throw new TypeError(
    `Expected \`${at}\` to be ${PREFIX} and Base64 of ${MIN_BYTES} to ${MAX_BYTES} random bytes, such as what \`echo ${PREFIX}$(openssl rand -base64 ${MIN_BYTES})\` makes.`,
  );
}

function isSecret(text: string): boolean {
  const [base64, bytes] = [text.slice(PREFIX.length), Buffer.from(text.slice(PREFIX.length), 'base64')];
  const isWhole = text.startsWith(PREFIX) && bytes.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '');
  return isWhole && bytes.length >= MIN_BYTES && bytes.length <= MAX_BYTES;
}
