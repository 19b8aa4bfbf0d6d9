import { createHash } from 'node:crypto';
import { isStorable } from '../events/storable-text.js';
import type { Keyset } from '../storage/reading/event-query.interface.js';
import { InvalidQueryException } from './invalid-query.exception.js';

const VERSION = 2;
const DIGEST_LENGTH = 16;
/** More than any order has. */
const MAX_KEYS = 100;

/** Where a page of the answer to a question ended, as an opaque text for the caller. */
export function cursorOf(question: object, next: Keyset | null): string | null {
  if (next === null) return null;
  return Buffer.from(JSON.stringify([VERSION, digestOf(question, next), next])).toString('base64url');
}

/** The way back. Throws `InvalidQueryException` for what was not made for this question, or was changed on its way. */
export function keysetOf(question: object, cursor: string): Keyset {
  const [, , keyset] = parsed(cursor);
  // The whole text, as some that differ from it stand for the same bytes.
  if (isKeyset(keyset) && cursorOf(question, keyset) === cursor) return keyset;
  throw invalidCursor();
}

export function invalidCursor(): InvalidQueryException {
  const detail = 'cursor must be the nextCursor of an earlier page of the same request: leave it out to begin anew';
  return new InvalidQueryException([{ pointer: '#/cursor', detail }]);
}

// It finds slips, and is no secret: who forges a cursor reads what the key may read, from another place on.
function digestOf(question: object, keyset: Keyset): string {
  return createHash('sha256')
    .update(JSON.stringify([question, keyset]))
    .digest('base64url')
    .slice(0, DIGEST_LENGTH);
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
