import { serializeEvent } from '../../events/serialize-event.js';
import type { FeedPosition, FeedRecord } from '../../storage/event-feed.js';

const frames = new WeakMap<FeedRecord, string>();

/** An event as its readers are sent it: one text for all of them. */
export function frameOf(record: FeedRecord & { kind: 'stored' }): string {
  const known = frames.get(record);
  if (known !== undefined) return known;
  const frame = `event: stored\nid: ${record.position}\ndata: ${serializeEvent(record.event)}\n\n`;
  frames.set(record, frame);
  return frame;
}

/** Keeps the connection, and has the client go on from here although it was sent no event. */
export function heartbeat(position: FeedPosition): string {
  return `: \nid: ${position}\n\n`;
}

/** The last of a reader that has fallen behind: it may go on after the last id. */
export const GAP = 'event: gap\ndata: {}\n\n';
