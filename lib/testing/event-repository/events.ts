import { randomUUID } from 'node:crypto';
import { contentDigest } from '../../events/content-digest.js';
import type { EntityReference, EventRecord, JsonObject, OwnEntityReference } from '../../events/event.interface.js';

/** A time that an event of these tests has only where it comes again. */
export const LATER = '2026-05-06T07:08:09.010Z';

/** A message event in a project of its own. */
export function newEvent(fields: object = {}): EventRecord {
  return eventAbout({ entityType: 'message', messageId: 'm' }, fields);
}

export function searchEvent(searchQuery: string): EventRecord {
  return eventAbout({ entityType: 'search', searchQuery });
}

/** An event of an entity type that a host adds. */
export function ownEvent(fields: JsonObject): EventRecord {
  return eventAbout({ entityType: 'order', fields });
}

export function eventAbout(
  entity: EntityReference | (OwnEntityReference & { fields: JsonObject }),
  fields: object = {},
): EventRecord {
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
  return { ...record, contentDigest: contentDigest(record) };
}

/** The same event as a client sends it again, with a time of its own. */
export function sentAgain(event: EventRecord): EventRecord {
  return { ...event, createdAt: LATER, receivedAt: LATER };
}
