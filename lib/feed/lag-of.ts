import type { EventFeed, FeedPosition, FeedRecord } from '../storage/event-feed.js';

const MAX_COUNTED = 10_000;

/** How far a position is behind the end of a feed. */
export interface Lag {
  /** How many records follow it, counted up to 10,000. Null: it is no position of this feed. */
  readonly lagEvents: number | null;
  /** For how many seconds the next one has been stored. 0: none follows. Null as above. */
  readonly lagSeconds: number | null;
  readonly next: FeedRecord | null;
}

/** Throws where the store can't be asked; a position that the feed has never given must be seen among others, and throws nothing. */
export async function lagOf(feed: EventFeed, position: FeedPosition): Promise<Lag> {
  try {
    const [next] = (await feed.read(position, 1)).records;
    if (next === undefined) return { lagEvents: 0, lagSeconds: 0, next: null };
    const lagSeconds = Math.max(0, Date.now() - Date.parse(next.receivedAt)) / 1_000;
    return { lagEvents: await feed.count(position, MAX_COUNTED), lagSeconds, next };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { lagEvents: null, lagSeconds: null, next: null };
  }
}
