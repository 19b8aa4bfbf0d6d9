import { ForbiddenException } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import type { EventScope } from './event-scope.interface.js';
import { DtoCheck } from './validation/dto-check.js';
import { ENTITY_TYPES } from './entity-types/entity-type.registry.js';
import type { EventDto } from './entity-types/event.dto.js';
import type { EventRecord, JsonObject } from './event.interface.js';
import { FieldErrors } from './validation/field-errors.js';
import { checkFreeForm, jsonOf, storable } from './free-form-json.js';
import { InvalidEventException } from './invalid-event.exception.js';
import { jsonText } from './json-text.js';
import { parseRfc3339 } from './validation/rfc3339.js';
import { UserPropertiesDto } from './entity-types/user-properties.dto.js';

/** An event that passed every check, and about how many bytes it is. */
export interface ParsedEvent {
  record: EventRecord;
  bytes: number;
}

/** About what the fields beside the free-form ones weigh. */
const BASE_BYTES = 512;

const eventChecks = new Map(Array.from(ENTITY_TYPES, ([name, { dto }]) => [name, new DtoCheck<EventDto>(dto)]));
const userPropertiesCheck = new DtoCheck(UserPropertiesDto);

/**
 * Turns any value into an event in the caller's scope. Throws `InvalidEventException` with the field errors, and
 * `ForbiddenException` where the event names another project or integration than the scope does. With `inPlace`, for
 * what `JSON.parse` made and nobody else holds, its free-form JSON is not copied.
 */
export function parseEvent(given: unknown, scope: EventScope = {}, inPlace = false): ParsedEvent {
  if (!isObject(given)) throw new InvalidEventException([{ pointer: '#', detail: 'The event must be a JSON object' }]);
  const input = inPlace ? given : snapshot(given);
  const { entityType } = input;
  const check = eventChecks.get(entityType);
  if (check === undefined) {
    const detail = `entityType must be one of ${[...ENTITY_TYPES.keys()].join(', ')}`;
    throw new InvalidEventException([{ pointer: '#/entityType', detail }]);
  }

  const errors = new FieldErrors();
  const event = check.run(input, errors);
  const properties = freeForm(event.properties, 'properties', errors, inPlace);
  const userProperties = freeForm(event.userProperties, 'userProperties', errors, inPlace);
  if (userProperties) userPropertiesCheck.run(userProperties, errors, 'userProperties');
  if (errors.list.length > 0) throw new InvalidEventException(errors.list);

  const { field } = ENTITY_TYPES.get(entityType)!;
  const subject = storable((event as unknown as Record<string, string>)[field]);
  const receivedAt = new Date();
  const record = {
    id: event.id ?? `evt_${uuidv7()}`,
    type: event.type,
    [field]: subject,
    createdAt: (event.createdAt ? new Date(parseRfc3339(event.createdAt)!) : receivedAt).toISOString(),
    projectId: scoped('project', event.projectId, scope.projectId),
    integrationId: scoped('integration', event.integrationId, scope.integrationId),
    properties,
    userProperties,
    entityType,
    receivedAt: receivedAt.toISOString(),
  } as unknown as EventRecord;
  return { record, bytes: BASE_BYTES + subject.length + bytesOf(properties) + bytesOf(userProperties) };
}

/** The fields of a caller's object, each read once, as getters may answer differently each time. */
function snapshot(input: Record<string, unknown>): Record<string, unknown> {
  const fields = { ...input };
  return { ...fields, properties: jsonOf(fields.properties), userProperties: jsonOf(fields.userProperties) };
}

function freeForm(value: unknown, field: string, errors: FieldErrors, inPlace: boolean): JsonObject | null {
  return isObject(value) ? checkFreeForm(value, field, errors, inPlace) : null;
}

// The text is made here rather than with the insert, so that megabytes of it hold the event loop in two shorter turns.
function bytesOf(value: JsonObject | null): number {
  return value === null ? 0 : jsonText(value).length;
}

function scoped(name: string, given: string | null | undefined, own: string | null | undefined): string | null {
  if (given != null && own != null && given !== own) {
    throw new ForbiddenException(`The key belongs to another ${name} than the event names; leave ${name}Id out`);
  }
  return given ?? own ?? null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
