import { createHash } from 'node:crypto';
import { isStorable } from '../events/storable-text.js';
import type { Keyset } from '../storage/reading/event-query.interface.js';
import { InvalidQueryException } from './invalid-query.exception.js';

const VERSION = 1;
const DIGEST_LENGTH = 16;
/** More than any order has. */
const MAX_KEYS = 100;

/** Where a page of the answer to a question ended, as an opaque text for the caller. */
export function cursorOf(question: object, next: Keyset | null): string | null {
  if (next === null) return null;
  return Buffer.from(JSON.stringify([VERSION, digestOf(question), next])).toString('base64url');
}

/** The way back. Throws `InvalidQueryException` for what was not made for this question. */
export function keysetOf(question: object, cursor: string): Keyset {
  const [version, digest, keyset] = parsed(cursor);
  if (version === VERSION && digest === digestOf(question) && isKeyset(keyset)) return keyset;
  throw invalidCursor();
}

export function invalidCursor(): InvalidQueryException {
  const detail = 'cursor must be the nextCursor of an earlier page of the same request: leave it out to begin anew';
  return new InvalidQueryException([{ pointer: '#/cursor', detail }]);
}

function digestOf(question: object): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, DIGEST_LENGTH);
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isKeyset(value: unknown): value is Keyset {
  return Array.isArray(value) && value.length <= MAX_KEYS && value.every(isKey);
}

function isKey(value: unknown): boolean {
  return value === null || Number.isFinite(value) || (typeof value === 'string' && isStorable(value));
}
