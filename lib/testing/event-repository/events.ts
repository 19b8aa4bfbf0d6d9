import { randomUUID } from 'node:crypto';
import { contentDigest } from '../../events/content-digest.js';
import { CONTRACT_ENTITY_TYPES } from '../../events/entity-types/contract-entity-types.js';
import type { EntityReference, EventRecord } from '../../events/event.interface.js';

const OWN_FIELDS = CONTRACT_ENTITY_TYPES.map(({ subjectField }) => subjectField);

/** A time that an event of these tests has only where it comes again. */
export const LATER = '2026-05-06T07:08:09.010Z';

/** A message event in a project of its own. */
export function newEvent(fields: object = {}): EventRecord {
  return eventAbout({ entityType: 'message', messageId: 'm' }, fields);
}

export function searchEvent(searchQuery: string): EventRecord {
  return eventAbout({ entityType: 'search', searchQuery });
}

export function eventAbout(entity: EntityReference, fields: object = {}): EventRecord {
  return changed(
    {
      id: randomUUID(),
      type: 'message:copied',
      createdAt: '2026-01-02T03:04:05.678Z',
      projectId: randomUUID(),
      integrationId: 'i',
      properties: { a: 1 },
      userProperties: { id: 7 },
      receivedAt: '2026-01-02T03:04:06.789Z',
      ...entity,
    },
    fields,
  );
}

/** The event with other fields, and the digest that goes with them. */
export function changed(event: Omit<EventRecord, 'contentDigest'>, fields: object): EventRecord {
  const record = { ...event, ...fields } as EventRecord;
  const own = Object.entries(record).filter(([field]) => OWN_FIELDS.some((name) => name === field));
  return { ...record, contentDigest: contentDigest(record, Object.fromEntries(own)) };
}

/** The same event as a client sends it again, with a time of its own. */
export function sentAgain(event: EventRecord): EventRecord {
  return { ...event, createdAt: LATER, receivedAt: LATER };
}
