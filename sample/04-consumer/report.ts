import type { StoredEvent } from 'nestjs-event-log';

interface Row {
  entityType: string;
  type: string;
  count: number;
}

/** How many events there are of each kind, and which were counted last: those may be given once more. */
export class Report {
  private constructor(
    private readonly rows: Row[],
    private readonly last: string[],
  ) {}

  static readonly EMPTY = new Report([], []);

  /** Of the text that `toString()` has made. */
  static parse(text: string): Report {
    const rows = Array.from(text.matchAll(/^ *(\d+) (\S+) (".*")$/gm), ([, count, entityType, type]) => ({
      entityType,
      type: JSON.parse(type) as string,
      count: Number(count),
    }));
    return new Report(rows, JSON.parse(/^Counted last: (.*)$/m.exec(text)?.[1] ?? '[]') as string[]);
  }

  /** With these events, but not those that are in it; of which it remembers the last `memory`. */
  with(events: readonly StoredEvent[], memory: number): Report {
    const fresh = events.filter((event) => !this.last.includes(keyOf(event)));
    const rows = this.rows.map((row) => ({ ...row }));
    for (const { entityType, type } of fresh) {
      const row = rows.find((one) => one.entityType === entityType && one.type === type);
      if (row === undefined) rows.push({ entityType, type, count: 1 });
      else row.count++;
    }
    return new Report(rows, [...this.last, ...fresh.map(keyOf)].slice(-memory));
  }

  get total(): number {
    return this.rows.reduce((sum, { count }) => sum + count, 0);
  }

  toString(): string {
    const lines = this.rows.map(
      ({ entityType, type, count }) => `${String(count).padStart(6)} ${entityType} ${JSON.stringify(type)}`,
    );
    return `${lines.join('\n')}\n\nCounted last: ${JSON.stringify(this.last)}\n`;
  }
}

/** An id is unique in its project. */
function keyOf({ id, projectId }: StoredEvent): string {
  return JSON.stringify([projectId, id]);
}
