import { randomUUID } from 'node:crypto';
import type { EventRecord } from 'nestjs-event-log';
import { contentDigest } from '../../lib/events/content-digest.js';

/** An event as callers send it: a search, the smallest that there is. */
export function newEvent<T extends object>(fields?: T) {
  return { entityType: 'search' as const, type: 't', searchQuery: 'q', ...(fields as T) };
}

/** An event about a message. */
export function newMessage<T extends object>(fields?: T) {
  return { entityType: 'message' as const, type: 'message:copied', messageId: 'm1', ...(fields as T) };
}

/** An event as JSON of exactly so many bytes. */
export function eventOfBytes(bytes: number): string {
  const empty = JSON.stringify(newEvent({ searchQuery: '' }));
  return JSON.stringify(newEvent({ searchQuery: 'q'.repeat(bytes - empty.length) }));
}

/** An event as repositories are given it, with an id of its own. */
export function newRecord(fields: Partial<EventRecord> = {}): EventRecord {
  const record = {
    ...newMessage({ id: randomUUID(), createdAt: '2026-01-02T03:04:05.678Z', projectId: 'p', integrationId: null }),
    properties: { secret: 'SECRET' },
    userProperties: null,
    receivedAt: '2026-01-02T03:04:06.789Z',
    ...fields,
  } as EventRecord;
  return { ...record, contentDigest: contentDigest(record) };
}
