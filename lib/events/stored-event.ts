import type { EventRecord, StoredEvent } from './event.interface.js';

/** What is answered of an event: all but what only its store knows. */
export function storedEvent({
  contentDigest: _contentDigest,
  receivedAt: _receivedAt,
  ...event
}: StoredEvent & Partial<EventRecord>): StoredEvent {
  return event; // a rest, as an object that something was deleted of is slow for all who read it
}

/** The event with the fields of its own beside those that every event has, as on the wire. */
export function flatEvent({ fields, ...event }: StoredEvent): StoredEvent {
  return { ...event, ...fields };
}
