import type { FeedTail } from '../feed/feed-tail.js';
import type { FeedPosition, FeedRecord } from '../storage/event-feed.js';
import type { PlacedRecord, Subscription } from './subscription.interface.js';

/** Less would make a consumer that wants few of the events read too often. */
const SMALLEST_PAGE = 100;
/** The longest wait for what comes next. */
const WAIT_MS = 2_000;
/** The same while the tail does not know yet where the feed ends. */
const UNKNOWN_MS = 200;

/** Wanted records of one kind, and the position up to which there are no others. */
export interface Batch {
  readonly records: readonly PlacedRecord[];
  readonly end: FeedPosition;
}

/**
 * Reads on for one subscription. The newest records come from memory, read once for all; what is older is read page by page, the
 * next one while a batch is handled.
 */
export class BatchReader {
  private readonly pageSize: number;
  private page: readonly FeedRecord[] = [];
  private ahead?: Promise<readonly FeedRecord[]>;
  /** How many records the tail had found when the store had no more for us. */
  private emptyAt?: number;
  /** Up to where the feed was read, and up to where it was handed out. */
  private readTo: FeedPosition;
  private handedTo: FeedPosition;

  constructor(
    private readonly tail: FeedTail,
    private readonly subscription: Subscription,
    position: FeedPosition,
  ) {
    this.pageSize = Math.max(SMALLEST_PAGE, subscription.batchSize);
    this.readTo = this.handedTo = position;
  }

  /** What comes next; none, after a wait, where nothing has come. Throws what the feed throws. */
  async next(ended: AbortSignal): Promise<Batch> {
    if (this.page.length === 0) this.page = await this.read(ended);
    return this.take();
  }

  /** The first records of the page that are wanted and of one kind. */
  private take(): Batch {
    const records: PlacedRecord[] = [];
    let taken = 0;
    for (const record of this.page) {
      if (this.subscription.isWanted(record)) {
        if (records.length > 0 && record.kind !== records[0].record.kind) break;
        records.push({ record, after: this.handedTo });
      }
      taken++;
      this.handedTo = record.position;
      if (records.length === this.subscription.batchSize) break;
    }
    this.page = this.page.slice(taken);
    return { records, end: this.handedTo };
  }

  private async read(ended: AbortSignal): Promise<readonly FeedRecord[]> {
    const recent = this.ahead === undefined ? this.tail.after(this.readTo, this.pageSize) : undefined;
    const isAtEnd = recent?.length === 0 || (this.emptyAt !== undefined && this.emptyAt === this.tail.recordCount);
    if (isAtEnd) await this.tail.changed(WAIT_MS, ended);
    const records = isAtEnd ? [] : (recent ?? (await this.readOlder(ended)));
    this.readTo = records.at(-1)?.position ?? this.readTo;
    return records;
  }

  /** Reads from the store. Where there is nothing, there is nothing until the tail, which has all that comes, has found something. */
  private async readOlder(ended: AbortSignal): Promise<readonly FeedRecord[]> {
    const count = this.tail.recordCount;
    const reading = this.ahead ?? this.fetch(this.readTo);
    this.ahead = undefined;
    const records = await reading;
    if (records.length === this.pageSize) this.ahead = this.fetch(records[records.length - 1].position);
    this.emptyAt = records.length === 0 ? count : undefined;
    if (records.length === 0 && count === undefined) await this.tail.changed(UNKNOWN_MS, ended);
    return records;
  }

  private fetch(after: FeedPosition): Promise<readonly FeedRecord[]> {
    const reading = this.tail.feed.read(after, this.pageSize).then(({ records }) => records);
    reading.catch(() => undefined); // whoever takes it handles it; ahead of need, nobody may come
    return reading;
  }
}
