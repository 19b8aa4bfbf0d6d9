import type { RetentionRule } from '../options/retention/retention-rule.interface.js';

/** What one rule has removed, or would remove. */
export interface RemovedByRule {
  readonly rule: RetentionRule;
  readonly events: number;
  /** Where the host keeps conversations: how many of them, shared copies among them, with their feedback. */
  readonly conversations?: number;
}

/** What a run of retention has removed, or would remove. */
export interface RetentionReport {
  /** How many, rule by rule, in the order of the rules. */
  readonly removed: readonly RemovedByRule[];
  /** Of a store that keeps events by days, those that were removed as a whole; the events of these are none of `removed`. */
  readonly droppedDays?: readonly DroppedDays[];
  /** The consumers that held events back whose time is over, as they have not handled them. */
  readonly heldBackBy: readonly string[];
  /** Whether the run ended early, as another instance is at it, or the host shuts down: what is left goes later. */
  readonly isUnfinished: boolean;
}

/** Events that were removed by whole days. */
export interface DroppedDays {
  /** All were received before, by the clock of the store: RFC 3339 in UTC. */
  readonly until: string;
  /** About how many there were. */
  readonly events: number;
}
