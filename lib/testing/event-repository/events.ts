import { randomUUID } from 'node:crypto';
import type { EntityReference, EventRecord } from '../../events/event.interface.js';

/** A time that no event of these tests has, unless it comes again. */
export const LATER = '2026-05-06T07:08:09.010Z';

/** A message event in a project of its own. */
export function newEvent(fields: object = {}): EventRecord {
  return eventAbout({ entityType: 'message', messageId: 'm' }, fields);
}

export function searchEvent(searchQuery: string): EventRecord {
  return eventAbout({ entityType: 'search', searchQuery });
}

export function eventAbout(entity: EntityReference, fields: object = {}): EventRecord {
  return {
    id: randomUUID(),
    type: 'message:copied',
    createdAt: '2026-01-02T03:04:05.678Z',
    projectId: randomUUID(),
    integrationId: 'i',
    properties: { a: 1 },
    userProperties: { id: 7 },
    receivedAt: '2026-01-02T03:04:06.789Z',
    ...entity,
    ...fields,
  };
}
