/** How far the copy in ClickHouse is. */
export interface CopyReport {
  /** About when all that was received before is in the copy: RFC 3339 in UTC. Null: nothing is yet. */
  readonly asOf: string | null;
  /** How many records of the feed are not copied yet, counted up to a million. */
  readonly lagEvents: number;
  /** The instance that copies. Null: none. */
  readonly holder: string | null;
  /** What the last try failed with, as one line. Null: it has not. */
  readonly lastError: string | null;
  /** How many events ClickHouse has refused, which were set aside. */
  readonly parkedEvents: number;
}

/** How many events of a day there are. */
export interface DayCount {
  /** Of `createdAt`, in UTC: `2026-01-31`. */
  readonly day: string;
  readonly stored: number;
  readonly copied: number;
}
