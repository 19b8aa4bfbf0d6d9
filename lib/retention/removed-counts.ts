import type { RemovedByRule } from './retention-report.interface.js';

type Counts = Omit<RemovedByRule, 'rule'>;

/** What all rules together have removed. */
export function totalOf(removed: readonly RemovedByRule[]): Counts {
  const events = removed.reduce((sum, counts) => sum + counts.events, 0);
  const conversations = removed.reduce((sum, counts) => sum + (counts.conversations ?? 0), 0);
  return removed.some((counts) => counts.conversations !== undefined) ? { events, conversations } : { events };
}

/** `1,200 events`, and where the host keeps conversations, ` and 3 conversations`. */
export function shownCounts({ events, conversations }: Counts): string {
  const shown = `${counted(events)} events`;
  return conversations === undefined ? shown : `${shown} and ${counted(conversations)} conversations`;
}

function counted(count: number): string {
  return count.toLocaleString('en');
}
