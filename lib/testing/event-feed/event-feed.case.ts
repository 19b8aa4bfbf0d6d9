import { isUnavailable } from '../../diagnostics/status-of.js';
import type { EventRecord } from '../../events/event.interface.js';
import type { EventFeed, FeedPosition, FeedRecord } from '../../storage/event-feed.js';
import type { EventRepository } from '../../storage/event.repository.js';
import type { ContractCase } from '../contract-case.js';
import type { Expect } from '../test-runner.interface.js';

/** How long is waited for the next record. */
const PATIENCE_MS = 8_000;

/** What a test of a feed works with. */
export interface EventFeedFixture {
  readonly repository: EventRepository;
  readonly feed: EventFeed;
  readonly expect: Expect;
}

export type EventFeedCase = ContractCase<EventFeedFixture>;

/** Reads to the end, page by page. */
export async function readAll(feed: EventFeed, after: FeedPosition, limit = 100): Promise<FeedRecord[]> {
  const all: FeedRecord[] = [];
  for (let position = after; ;) {
    const page = await feed.read(position, limit);
    if (page.records.length === 0) return all;
    all.push(...page.records);
    position = page.position;
  }
}

/**
 * Reads on until so many records have come, or none has for some seconds since the last one, and since `writing` is over: other
 * transactions of the database may still run. A feed may be unavailable for a while.
 */
export async function readMany(
  feed: EventFeed,
  after: FeedPosition,
  count: number,
  writing?: Promise<unknown>,
): Promise<FeedRecord[]> {
  let isWriting = writing !== undefined;
  let lastSign = performance.now();
  const isOver = () => {
    isWriting = false;
    lastSign = performance.now();
  };
  void writing?.then(isOver, isOver);
  const isPatient = () => isWriting || performance.now() - lastSign < PATIENCE_MS;
  const all: FeedRecord[] = [];
  for (let position = after; all.length < count && isPatient();) {
    const page = await feed.read(position, 100).catch((error: unknown) => {
      if (!isUnavailable(error) || !isPatient()) throw error;
      return { records: [], position };
    });
    all.push(...page.records);
    position = page.position;
    if (page.records.length > 0) lastSign = performance.now();
    else await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return all;
}

/** The ids of the events that are in the project of one of `events`. */
export function idsAmong(records: readonly FeedRecord[], events: readonly EventRecord[]): string[] {
  const projects = new Set(events.map(({ projectId }) => projectId));
  return records.flatMap((record) => (record.kind === 'stored' && projects.has(record.event.projectId) ? [record.event.id] : []));
}
