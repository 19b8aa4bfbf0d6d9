import { jsonText } from '../../events/json-text.js';
import type { EventFeed, FeedPosition, FeedRecord } from '../../storage/event-feed.js';
import type { CopiedBatch } from './copy-progress.js';

/** Few enough to be held in memory twice, in characters of JSON, roughly. */
const MAX_SIZE = 32 * 1024 * 1024;
const PAGE = 1_000;

/** Records of the feed that are copied together: events that are stored, or else what happened to events that were. */
export interface FeedBatch {
  readonly records: readonly FeedRecord[];
  readonly until: FeedPosition;
  /** When it was read, if the feed had no more than this. */
  readonly endedAt?: number;
}

/** What follows a position: as much as there is, up to `limit` records, and fewer where `signal` aborts meanwhile. */
export async function nextBatch(feed: EventFeed, after: FeedPosition, limit: number, signal: AbortSignal): Promise<FeedBatch> {
  const records: FeedRecord[] = [];
  for (let until = after, size = 0; ;) {
    const now = Date.now();
    const asked = Math.min(PAGE, limit - records.length);
    const page = await feed.read(until, asked);
    for (const record of page.records) {
      if (records.length > 0 && isStored(record) !== isStored(records[0])) return { records, until };
      records.push(record);
      size += sizeOf(record);
      until = record.position;
      if (size >= MAX_SIZE) return { records, until };
    }
    if (page.records.length < asked) return { records, until, endedAt: now };
    if (records.length >= limit || signal.aborted) return { records, until };
  }
}

/** The records of a batch that was written down; those that were erased since then are missing. */
export async function readAgain(feed: EventFeed, { after, until, events }: CopiedBatch): Promise<readonly FeedRecord[]> {
  const records: FeedRecord[] = [];
  for (let position = after; records.length < events;) {
    const page = await feed.read(position, Math.min(PAGE, events - records.length));
    const ours = page.records.filter((record) => !feed.isBefore(until, record.position));
    records.push(...ours);
    if (ours.length === 0 || ours.length < page.records.length) break;
    position = ours[ours.length - 1].position;
  }
  return records;
}

function isStored({ kind }: FeedRecord): boolean {
  return kind === 'stored';
}

function sizeOf(record: FeedRecord): number {
  if (record.kind !== 'stored') return 100;
  const { properties, userProperties, fields } = record.event;
  return [properties, userProperties, fields].reduce((size, value) => size + (value ? jsonText(value).length : 0), 500);
}
