import type { FeedTail } from '../../feed/feed-tail.js';
import type { EventPredicate } from '../../storage/reading/event-predicate.js';
import type { FeedPosition, FeedRecord } from '../../storage/event-feed.js';
import { frameOf, GAP, heartbeat } from './live-frames.js';
import { HEARTBEAT_MS } from './live-limits.js';

const PAGE = 20;
const CHUNK_LENGTH = 64 * 1024;
const RETRY_MS = 200;

/**
 * The events after a position, as they are committed. What is older than the newest that the process keeps is read for this reader
 * alone; once it has caught up, it is fed from those, and if it falls behind them, it is told so and left.
 */
export async function* liveEvents(
  tail: FeedTail,
  from: FeedPosition,
  isWanted: EventPredicate,
  ended: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  let position = from;
  let hasCaughtUp = false;
  let sentAt = performance.now();
  yield heartbeat(position);
  while (!ended.aborted) {
    const recent = tail.after(position, PAGE);
    if (recent === undefined && hasCaughtUp) return yield GAP;
    hasCaughtUp ||= recent !== undefined;
    const records: readonly FeedRecord[] = recent ?? (await tail.feed.read(position, PAGE)).records;
    position = records.at(-1)?.position ?? position;
    for (const chunk of chunksOf(records, isWanted)) {
      yield chunk;
      sentAt = performance.now();
    }
    if (performance.now() - sentAt >= HEARTBEAT_MS) {
      yield heartbeat(position);
      sentAt = performance.now();
    }
    if (records.length === 0) await tail.changed(hasCaughtUp ? sentAt + HEARTBEAT_MS - performance.now() : RETRY_MS, ended);
  }
}

/** Some events at a time, and no more than one large one: each reader holds what it is being sent. */
function* chunksOf(records: readonly FeedRecord[], isWanted: EventPredicate): Iterable<string> {
  let chunk = '';
  for (const record of records) {
    if (record.kind !== 'stored' || !isWanted(record.event)) continue;
    chunk += frameOf(record);
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
