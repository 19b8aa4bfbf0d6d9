/** An event that was acknowledged. */
export interface Acknowledged {
  readonly isSearch: boolean;
  readonly userId: string;
  /** What no other event has. */
  readonly number: number;
}

/** A row of the table of events, as far as it is looked at. */
export interface StoredRow {
  readonly id: string;
  readonly number: number;
  readonly hasPerson: boolean;
}

/** What is wrong, as how many events. */
export interface Faults {
  /** Acknowledged, neither over nor erased, and not stored. */
  lost: number;
  /** Stored, and over or erased. */
  left: number;
  /** Stored, and never acknowledged, with other content, or with the person that was taken from it. */
  wrong: number;
  /** Acknowledged, not erased, and never given to the consumer: retention waits for it. */
  unhandled: number;
}

/** Knows of each event what must have become of it when all is done. Searches are over then. */
export class Ledger {
  readonly acknowledged = new Map<string, Acknowledged>();
  readonly handled = new Set<string>();
  readonly deleted = new Set<string>();
  readonly anonymized = new Set<string>();

  judge(rows: readonly StoredRow[]): Faults {
    const faults: Faults = { lost: 0, left: 0, wrong: 0, unhandled: 0 };
    const stored = new Set(rows.map(({ id }) => id));
    for (const { id, number, hasPerson } of rows) {
      const event = this.acknowledged.get(id);
      if (event === undefined || event.number !== number || hasPerson === this.anonymized.has(event.userId)) faults.wrong++;
      else if (this.isToGo(event)) faults.left++;
    }
    for (const [id, event] of this.acknowledged) {
      if (!this.isToGo(event) && !stored.has(id)) faults.lost++;
      if (!this.deleted.has(event.userId) && !this.handled.has(id)) faults.unhandled++;
    }
    return faults;
  }

  private isToGo({ isSearch, userId }: Acknowledged): boolean {
    return isSearch || this.deleted.has(userId);
  }
}
