import { uuidv7 } from 'uuidv7';
import { contentDigest } from './content-digest.js';
import type { EntityType } from './entity-types/entity-type.js';
import type { EventDto } from './entity-types/event.dto.js';
import type { EventScope } from './event-scope.interface.js';
import type { EventRecord, JsonObject } from './event.interface.js';
import { inScope } from './in-scope.js';
import type { OwnFields } from './own-fields.js';
import { parseRfc3339 } from './validation/rfc3339.js';

/** The parts of an event that passed every check. */
export interface CheckedEvent {
  entityType: EntityType;
  /** Those of every event; of the free-form ones, what was sent. */
  fields: EventDto;
  /** What an event of the contract is about. */
  subject?: string;
  /** What the class of its entity type adds. */
  own?: OwnFields;
  properties: JsonObject | null;
  userProperties: JsonObject | null;
  /** How many values its JSON holds. */
  values: number;
}

/** The event with what the server and the scope add. Throws `ForbiddenException` where it contradicts the scope. */
export function toRecord(event: CheckedEvent, scope: EventScope): EventRecord {
  const { entityType, fields, subject, own, properties, userProperties } = event;
  const receivedAt = new Date().toISOString();
  // In one literal, as every event passes here and spreading costs. Only its entity type knows which field goes with it.
  const record = {
    id: fields.id ?? `evt_${uuidv7()}`,
    type: fields.type,
    [entityType.subjectField ?? 'fields']: subject ?? own?.stored,
    createdAt: fields.createdAt ? new Date(parseRfc3339(fields.createdAt)!).toISOString() : receivedAt,
    projectId: inScope('event', 'project', fields.projectId, scope.projectId),
    integrationId: inScope('event', 'integration', fields.integrationId, scope.integrationId),
    properties,
    userProperties,
    entityType: entityType.name,
    receivedAt,
    contentDigest: '',
  } as EventRecord;
  if (own !== undefined) record.fields = own.stored;
  else if (subject === undefined) delete record.fields;
  record.contentDigest = contentDigest(record, own?.sent);
  return record;
}
