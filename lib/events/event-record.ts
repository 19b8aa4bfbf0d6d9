import { ForbiddenException } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import type { EntityType } from './entity-types/entity-type.js';
import type { EventDto } from './entity-types/event.dto.js';
import type { EventScope } from './event-scope.interface.js';
import type { EntityReference, EventRecord, JsonObject } from './event.interface.js';
import { parseRfc3339 } from './validation/rfc3339.js';

/** The parts of an event that passed every check. */
export interface CheckedEvent {
  entityType: EntityType;
  /** Those of every event; of the free-form ones, what was sent. */
  fields: EventDto;
  subject: string;
  properties: JsonObject | null;
  userProperties: JsonObject | null;
}

/** The event with what the server and the scope add. Throws `ForbiddenException` where it contradicts the scope. */
export function toRecord(event: CheckedEvent, scope: EventScope): EventRecord {
  const { fields, properties, userProperties } = event;
  const receivedAt = new Date();
  return {
    id: fields.id ?? `evt_${uuidv7()}`,
    type: fields.type,
    ...referenceTo(event),
    createdAt: (fields.createdAt ? new Date(parseRfc3339(fields.createdAt)!) : receivedAt).toISOString(),
    projectId: inScope('project', fields.projectId, scope.projectId),
    integrationId: inScope('integration', fields.integrationId, scope.integrationId),
    properties,
    userProperties,
    receivedAt: receivedAt.toISOString(),
  };
}

// Only the registry knows which field goes with which type.
function referenceTo({ entityType, subject }: CheckedEvent): EntityReference {
  return { [entityType.subjectField]: subject, entityType: entityType.name } as EntityReference;
}

function inScope(name: string, given: string | null | undefined, own: string | null | undefined): string | null {
  if (given != null && own != null && given !== own) {
    throw new ForbiddenException(`The event names another ${name} than its key or scope belongs to; leave ${name}Id out`);
  }
  return given ?? own ?? null;
}
