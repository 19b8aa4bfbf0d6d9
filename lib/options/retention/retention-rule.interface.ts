/**
 * How long events are kept, counted from when the server received them: `createdAt` is the client's. Without an entity type and a
 * project, it is for all events that no other rule is for.
 */
export interface RetentionRule {
  /** For events of this entity type alone. */
  entityType?: string;
  /** For events of this project alone; `null`: for those of no project. */
  projectId?: string | null;
  /**
   * Hours, days, weeks, months or years: `12h`, `90d`, `12w`, `6mo`, `2y`, or ISO 8601, `P90D` or `P1Y6M`. Months and years are those of
   * the calendar, in UTC.
   */
  keepFor: string;
}
