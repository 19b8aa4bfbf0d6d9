import type { EventRecord } from '../../events/event.interface.js';
import type { EventEraser } from '../../storage/event-eraser.js';
import type { FeedPosition } from '../../storage/event-feed.js';
import { type EventFeedFixture, idsAmong, readMany } from '../event-feed/event-feed.case.js';
import { newEvent } from '../event-repository/events.js';
import type { ContractCase } from '../contract-case.js';

/** What a test of an eraser works with. */
export interface EventEraserFixture extends EventFeedFixture {
  readonly eraser: EventEraser;
}

export type EventEraserCase = ContractCase<EventEraserFixture>;

/** The ids of what is still stored of these events' projects, sorted; read up to an event that is stored for it. */
export async function idsKept({ repository, feed }: EventEraserFixture, events: readonly EventRecord[]): Promise<string[]> {
  const last = newEvent();
  await repository.insert([last]);
  const kept: string[] = [];
  for (let position = await feed.start('beginning'); !kept.includes(last.id);) {
    const records = await readMany(feed, position, 1);
    if (records.length === 0) throw new Error('Expected the feed to reach the event that was stored last, got no more records.');
    kept.push(...idsAmong(records, [...events, last]));
    position = records.at(-1)!.position;
  }
  return kept.filter((id) => id !== last.id).toSorted();
}

/**
 * A position after all that is stored. That of `start('now')` is before what waits for a transaction that runs: of another
 * database, too, where PostgreSQL has several.
 */
export async function endOf({ repository, feed }: EventFeedFixture): Promise<FeedPosition> {
  const last = newEvent();
  let position = await feed.start('now');
  await repository.insert([last]);
  for (;;) {
    const records = await readMany(feed, position, 1);
    if (records.length === 0) throw new Error('Expected the feed to reach the event that was stored last, got no more records.');
    position = records.at(-1)!.position;
    if (idsAmong(records, [last]).length > 0) return position;
  }
}

export const idsOf = (events: readonly EventRecord[]): string[] => events.map(({ id }) => id).toSorted();
