import type { FeedPosition, FeedRecord } from '../storage/event-feed.js';

/** The records that were read last, as many as fit. */
export class RecentRecords {
  private kept: { readonly record: FeedRecord; readonly size: number }[] = [];
  /** Where a position stands, counted from the first record that was ever kept. */
  private readonly places = new Map<FeedPosition, number>();
  private dropped = 0;
  private size = 0;

  /** `base` is the position before the first record; `maxSize` is in characters of JSON, roughly. */
  constructor(
    private base: FeedPosition,
    private readonly maxRecords: number,
    private readonly maxSize: number,
  ) {
    this.places.set(base, 0);
  }

  /** The position after all of them. */
  get end(): FeedPosition {
    return this.kept.at(-1)?.record.position ?? this.base;
  }

  /** How many there have ever been. */
  get count(): number {
    return this.dropped + this.kept.length;
  }

  /** At most `limit` that follow a position; undefined where that is not known, or no longer. */
  after(position: FeedPosition, limit: number): FeedRecord[] | undefined {
    const place = this.places.get(position);
    if (place === undefined) return undefined;
    return this.kept.slice(place - this.dropped, place - this.dropped + limit).map(({ record }) => record);
  }

  add(records: readonly FeedRecord[]): void {
    for (const record of records) {
      const size = sizeOf(record);
      this.size += size;
      this.kept.push({ record, size });
      this.places.set(record.position, this.dropped + this.kept.length);
    }
    let excess = 0;
    for (; this.kept.length - excess > this.maxRecords || (this.size > this.maxSize && excess < this.kept.length - 1); excess++) {
      this.size -= this.kept[excess].size;
    }
    if (excess > 0) this.drop(excess);
  }

  private drop(count: number): void {
    for (const { record } of this.kept.splice(0, count)) {
      this.places.delete(this.base);
      this.base = record.position;
    }
    this.dropped += count;
  }
}

function sizeOf(record: FeedRecord): number {
  return record.kind === 'erased' ? record.idDigest.length : JSON.stringify(record.event).length;
}
