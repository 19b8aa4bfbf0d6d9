import { parseRfc3339 } from '../events/validation/rfc3339.js';
import type { InsertOutcome } from '../storage/event.repository.js';

/** What a store may have put in an outcome, with more beside it. */
type Given = { replayed?: unknown; createdAt?: unknown; conflict?: unknown; erased?: unknown } | null | undefined;

/** The outcome that a store has given for one event, without what is not ours; undefined where it is none. */
export function checkedOutcome(given: Given): InsertOutcome | undefined {
  if (given?.conflict === true) return { conflict: true };
  if (given?.erased === true) return { erased: true };
  if (given?.replayed === false) return { replayed: false };
  if (given?.replayed !== true) return undefined;
  const { createdAt } = given;
  return isTime(createdAt) ? { replayed: true, createdAt } : undefined;
}

function isTime(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const time = parseRfc3339(value);
  return time !== undefined && new Date(time).toISOString() === value;
}
