import { hash } from 'node:crypto';

/** In characters of base64url: 132 bits. */
const LENGTH = 22;

/** A digest that tells a list of texts from any other. */
export function digestOf(...texts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(texts), 'base64url').slice(0, LENGTH);
}
