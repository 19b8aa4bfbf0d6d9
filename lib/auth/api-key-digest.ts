import { hash } from 'node:crypto';

/** SHA-256 of a key's text, as 64 lower-case hexadecimal digits: what keys are stored and looked up by. */
export function apiKeyDigest(key: string): string {
  return hash('sha256', key);
}
