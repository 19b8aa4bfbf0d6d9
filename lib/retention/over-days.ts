import { timeBefore } from '../options/duration.js';
import type { RetentionRules } from '../options/retention/retention-rules.js';
import type { EventDays } from '../storage/event-eraser.js';
import type { RetentionLog } from './retention-walk.js';

/** Clocks of hosts, by which the time of an event counts, and that of the store, by which its day does, may differ by so much. */
const CLOCKS_MS = 3_600_000;

export interface OverDays {
  /** The oldest first; those that are not held back. */
  readonly days: readonly EventDays[];
  /** The consumer that has not handled what follows. */
  readonly heldBackBy?: string;
}

/**
 * The days in which the time of every event is over, whatever rule it is under. Undefined: the store does not keep events by days, or
 * some are kept for ever.
 */
export async function overDays({ eraser, feed, unread }: RetentionLog, rules: RetentionRules): Promise<OverDays | undefined> {
  if (!rules.coverAll) return undefined;
  const all = await eraser.pastDays?.();
  if (all === undefined) return undefined;
  const now = new Date(Date.now() - CLOCKS_MS);
  // Months differ in length: which span is the longest may change from day to day.
  const [limit] = rules.spans.map((span) => timeBefore(now, span).toISOString()).toSorted();
  const over = all.filter(({ until }) => until <= limit);
  const slowest = await unread?.slowest();
  const isUnread = ({ last }: EventDays) => slowest !== undefined && last !== undefined && feed.isBefore(slowest.position, last);
  const firstUnread = over.findIndex(isUnread);
  return firstUnread === -1 ? { days: over } : { days: over.slice(0, firstUnread), heldBackBy: slowest?.name };
}
