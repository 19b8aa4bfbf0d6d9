import { ForbiddenException, type Type } from '@nestjs/common';
import type { EventDto } from './entity-types/event.dto.js';
import type { EntityTypes } from './entity-types/entity-types.interface.js';
import { UserPropertiesDto } from './entity-types/user-properties.dto.js';
import { type CheckedEvent, toRecord } from './event-record.js';
import type { EventScope } from './event-scope.interface.js';
import type { EventRecord, JsonObject } from './event.interface.js';
import { FreeFormJson } from './free-form-json.js';
import { InvalidEventException } from './invalid-event.exception.js';
import { jsonText } from './json-text.js';
import { jsonValueOf } from './json-value-of.js';
import { BYTES_A_VALUE } from './json-weight.js';
import { parseJson } from './parse-json.js';
import { keptFieldsOf, ownFieldsOf } from './own-fields.js';
import { storableText } from './storable-text.js';
import { warnOfUndeclared } from './undeclared-fields.js';
import { DtoCheck } from './validation/dto-check.js';
import { FieldErrors } from './validation/field-errors.js';

/** An event that passed every check. */
export interface ParsedEvent {
  record: EventRecord;
  /** About how many bytes of UTF-8 it is. */
  bytes: number;
  /** About how many it holds in memory: 190,000 empty objects are sent as 0.6 MB, and take 12. */
  heldBytes: number;
  /** Whether its id was made here, as the caller sent none. */
  hasOwnId: boolean;
}

type Reader = (errors: FieldErrors) => FreeFormJson;

/** About what the fields beside the free-form ones weigh. */
const BASE_BYTES = 512;
const DETAILS = { blank: 'Send an event as the body', broken: 'The event must be valid JSON' };

/**
 * Turns what a caller sends into an event in the caller's scope. Throws `InvalidEventException` with the field errors,
 * and `ForbiddenException` where the event contradicts the scope.
 */
export class EventParser {
  private readonly userPropertiesCheck = new DtoCheck(UserPropertiesDto);

  /** `maxFreeFormBytes` bounds the free-form parts of an event together, as JSON text in UTF-8. */
  constructor(
    private readonly entityTypes: EntityTypes,
    private readonly maxFreeFormBytes: number,
  ) {}

  /**
   * Takes what `JSON.stringify` takes, reads each field once, and leaves the caller's objects as they are. `dto` is the class of its
   * entity type, which the event itself then needs not tell. Throws a `TypeError` where that class is not in force.
   */
  parse(value: unknown, scope?: EventScope, dto?: Type<EventDto>): ParsedEvent {
    const input = snapshot(objectOf(jsonValueOf(value, '')));
    if (dto !== undefined) this.tellEntityType(input, dto);
    return this.toEvent(this.validate(input, FreeFormJson.copying, scope), scope);
  }

  /** Throws `BadRequestException` where the text is not JSON. */
  parseJson(text: string, scope?: EventScope): ParsedEvent {
    return this.parseOwned(parseJson(text, DETAILS), scope);
  }

  /** Takes what `JSON.parse` made and nobody else holds: it is kept, not copied. */
  parseOwned(value: unknown, scope?: EventScope): ParsedEvent {
    return this.toEvent(this.validate(objectOf(value), FreeFormJson.owning, scope), scope);
  }

  /** Checks an event again that may have been changed since. Of what tells a replay, it knows nothing. */
  parseAgain(value: unknown, { fields }: EventRecord): ParsedEvent {
    const input = snapshot(objectOf(jsonValueOf(value, '')));
    return this.toEvent(this.validate(input, FreeFormJson.copying, undefined, fields));
  }

  private tellEntityType(input: Record<string, unknown>, dto: Type<EventDto>): void {
    const name = this.entityTypes.nameOf(dto);
    if (input.entityType !== undefined && input.entityType !== name) {
      throw refusal('#/entityType', `entityType must be ${name}, as of the class ${dto.name}, or left out`);
    }
    input.entityType = name;
    warnOfUndeclared(this.entityTypes.find(name)!, input);
  }

  private validate(input: Record<string, unknown>, reader: Reader, scope?: EventScope, earlier?: JsonObject): CheckedEvent {
    const entityType = this.entityTypes.find(input.entityType);
    if (entityType === undefined) {
      throw refusal('#/entityType', `entityType must be one of ${this.entityTypes.names.join(', ')}`);
    }
    if (scope?.entityTypes && !scope.entityTypes.includes(entityType.name)) {
      throw new ForbiddenException('The key may not log events of this entity type');
    }
    const errors = new FieldErrors();
    const freeForm = reader(errors);
    const kept = earlier && keptFieldsOf(entityType, input, earlier, freeForm);
    const fields = (kept ? entityType.contractCheck : entityType.check).check(input, errors);
    const own = kept ?? ownFieldsOf(entityType, fields, input, freeForm);
    const properties = isObject(fields.properties) ? freeForm.read(fields.properties, 'properties') : null;
    const userProperties = isObject(fields.userProperties) ? freeForm.read(fields.userProperties, 'userProperties') : null;
    if (userProperties) this.userPropertiesCheck.check(userProperties, errors, 'userProperties');
    if (errors.list.length > 0) throw new InvalidEventException(errors.list);
    const subject = entityType.subjectField && storableText(fields[entityType.subjectField]!);
    return { entityType, fields, subject, own, properties, userProperties, values: freeForm.count };
  }

  // The texts are made here rather than with the insert, so that megabytes of them hold the event loop in two shorter turns.
  private toEvent(event: CheckedEvent, scope: EventScope = {}): ParsedEvent {
    const own = sizeOf(event.own?.stored);
    const properties = sizeOf(event.properties);
    const userProperties = sizeOf(event.userProperties);
    const free = own + properties + userProperties;
    if (free > this.maxFreeFormBytes) throw this.tooLarge({ own, properties, userProperties });
    const bytes = BASE_BYTES + Buffer.byteLength(event.subject ?? '') + free;
    const heldBytes = bytes + event.values * BYTES_A_VALUE;
    return { record: toRecord(event, scope), bytes, heldBytes, hasOwnId: event.fields.id === undefined };
  }

  private tooLarge(sizes: Record<'own' | 'properties' | 'userProperties', number>): InvalidEventException {
    const [largest] = Object.entries(sizes).reduce((most, next) => (next[1] > most[1] ? next : most));
    return refusal(
      largest === 'own' ? '#' : `#/${largest}`,
      `properties, userProperties and what an entity type adds must not take more than ${this.maxFreeFormBytes} bytes together as stored JSON: send less, and numbers such as 1e20, which are stored digit by digit, as strings`,
    );
  }
}

function sizeOf(value: JsonObject | null | undefined): number {
  return value === null || value === undefined ? 0 : Buffer.byteLength(jsonText(value));
}

/** The fields of a caller's object, each read once, as getters may answer differently each time. */
function snapshot(input: Record<string, unknown>): Record<string, unknown> {
  const fields = { ...input };
  for (const field of Object.keys(fields)) fields[field] = jsonValueOf(fields[field], field);
  return fields;
}

function objectOf(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  throw refusal('#', 'The event must be a JSON object');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(pointer: string, detail: string): InvalidEventException {
  return new InvalidEventException([{ pointer, detail }]);
}
