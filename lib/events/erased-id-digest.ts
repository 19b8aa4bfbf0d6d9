import { hash } from 'node:crypto';

/**
 * What the log keeps of the id of an event that was erased: the SHA-256 of its UTF-8 bytes, as 64 lower-case hexadecimal digits.
 * Who keeps a copy of events finds by it those that have to go.
 */
export function erasedIdDigest(id: string): string {
  return hash('sha256', id, 'hex');
}
