import type { EventRecord, StoredEvent } from './event.interface.js';

/** What is answered of an event: all but what only its store knows. */
export function storedEvent(record: StoredEvent & Partial<EventRecord>): StoredEvent {
  const event = { ...record };
  delete event.contentDigest;
  delete event.receivedAt;
  return event;
}

/** The event with the fields of its own beside those that every event has, as on the wire. */
export function flatEvent({ fields, ...event }: StoredEvent): StoredEvent {
  return { ...event, ...fields };
}
