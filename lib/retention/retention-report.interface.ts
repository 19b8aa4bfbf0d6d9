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
  /** The consumers that held events back whose time is over, as they have not handled them. */
  readonly heldBackBy: readonly string[];
  /** Whether the run ended early, as another instance is at it, or the host shuts down: what is left goes later. */
  readonly isUnfinished: boolean;
}
