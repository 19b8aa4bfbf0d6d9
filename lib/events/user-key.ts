import { createHash } from 'node:crypto';
import type { StoredEvent } from './event.interface.js';
import { storableText } from './storable-text.js';

/** What an index of every database can hold. */
const MAX_CHARACTERS = 255;

/**
 * Who did it, as a text to find and to count people by: `userProperties.userId`, else `userProperties.id`; empty where neither
 * is there. A text of more than 255 characters becomes `#` and its digest, and so does one that begins with `#`: nobody can be named
 * as the digest of another.
 */
export function userKeyOf({ userProperties }: Pick<StoredEvent, 'userProperties'>): string {
  return userKey(userProperties?.userId ?? userProperties?.id);
}

/** The same of an id that is asked for. */
export function userKey(id: unknown): string {
  if (typeof id !== 'string' && typeof id !== 'number') return '';
  const text = storableText(String(id)); // as events keep their texts
  // A text has at most as many code points as units.
  if (!text.startsWith('#') && (text.length <= MAX_CHARACTERS || [...text].length <= MAX_CHARACTERS)) return text;
  return `#${createHash('sha256').update(text).digest('base64url')}`;
}
