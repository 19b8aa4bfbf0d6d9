import type { FeedTail } from '../../feed/feed-tail.js';
import { UnavailableException } from '../../http/unavailable.exception.js';
import type { FeedPosition } from '../../storage/event-feed.js';
import { InvalidQueryException } from '../invalid-query.exception.js';

const PATIENCE_MS = 4_000;

/**
 * Where a reader begins: after the event that it names, else where the feed ends. Throws `InvalidQueryException` where it names
 * none, and `UnavailableException` where the feed can't be read.
 */
export async function startOf(
  tail: FeedTail,
  lastEventId: string | string[] | undefined,
  ended: AbortSignal,
): Promise<FeedPosition> {
  if (lastEventId !== undefined) return given(tail, String(lastEventId));
  if (tail.position === undefined) await tail.changed(PATIENCE_MS, ended);
  if (tail.position !== undefined) return tail.position;
  throw new UnavailableException('Events can not be followed right now; try again later', undefined);
}

async function given(tail: FeedTail, position: FeedPosition): Promise<FeedPosition> {
  try {
    await tail.feed.read(position, 1);
    return position;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const detail = 'Last-Event-ID must be an `id` that this stream has sent; leave it out to begin with the next event';
    throw new InvalidQueryException([{ pointer: '?lastEventId', detail }]);
  }
}
