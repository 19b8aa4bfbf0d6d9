import { parseRfc3339 } from '../events/validation/rfc3339.js';

/** A time that passed the check of its DTO, in UTC with milliseconds; undefined where none was sent. */
export function timeOf(sent: string | null | undefined): string | undefined {
  return sent == null ? undefined : new Date(parseRfc3339(sent)!).toISOString();
}
