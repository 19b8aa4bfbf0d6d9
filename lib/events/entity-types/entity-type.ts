import type { Type } from '@nestjs/common';
import { DtoCheck } from '../validation/dto-check.js';
import { type DtoField, shapeOf } from '../validation/dto-shape.js';
import { isExcluded } from '../validation/transformations.js';
import { ConversationEventDto } from './conversation-event.dto.js';
import { EventDto } from './event.dto.js';
import { eventTypeOf } from './event-type.decorator.js';
import { MessageEventDto } from './message-event.dto.js';
import { SearchEventDto } from './search-event.dto.js';
import { type Subject, type SubjectField, subjectFieldOf } from './subject.js';

/** One kind of thing that events can be about, its rules compiled. */
export interface EntityType {
  /** Its `entityType` on the wire. */
  readonly name: string;
  readonly dto: Type<EventDto>;
  readonly groups?: readonly string[];
  readonly check: DtoCheck<EventDto & Subject>;
  /** Checks no more than the fields that the contract has. */
  readonly contractCheck: DtoCheck<EventDto & Subject>;
  /** Of a type of the contract, the field that has a column of its own. */
  readonly subjectField?: SubjectField;
  /** The fields that the class adds to those of every event, and to the subject. */
  readonly ownFields: readonly DtoField[];
}

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
const FIELDS_OF_EVERY_EVENT = shapeOf(EventDto as Type<EventDto>).fields.map(({ property }) => property);
/** What no class may declare: the fields that every event has, and those by which it is known or kept. */
const RESERVED = [...FIELDS_OF_EVERY_EVENT, 'entityType', 'fields', 'receivedAt', 'contentDigest'];
const CONTRACT_CLASSES = new Map<string, Type<EventDto>>([
  ['message', MessageEventDto],
  ['conversation', ConversationEventDto],
  ['search', SearchEventDto],
]);

/** The entity type that a class is. Throws a `TypeError` that names class, field and fix where it can be none. */
export function entityTypeOf(dto: Type<EventDto>): EntityType {
  const { name, groups } = checkedMetadata(dto);
  const check = new DtoCheck<EventDto>(dto, groups);
  const subjectField = subjectFieldOf(name);
  const added = check.shape.fields.filter((field) => field.property !== subjectField && !isOfEveryEvent(field));
  const hiding = added.find(({ property, key }) => [property, key].some((given) => RESERVED.includes(given)));
  const contractCheck = new DtoCheck<EventDto>(contractClassOf(name));
  if (hiding === undefined) return { name, dto, groups, check, contractCheck, subjectField, ownFields: added };
  throw new TypeError(`${dto.name}.${hiding.property} hides a field that every event has: give it another name.`);
}

function checkedMetadata(dto: Type<EventDto>): { name: string; groups?: readonly string[] } {
  if (typeof dto !== 'function')
    throw new TypeError(`Expected an entity type to be a class with @EventType(), got ${typeof dto}.`);
  const metadata = eventTypeOf(dto);
  if (metadata === undefined) throw new TypeError(`${dto.name} is no entity type: decorate it with @EventType('order').`);
  const { name } = metadata;
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new TypeError(
      `The entity type of ${dto.name} must be 1 to 64 ASCII letters, digits, '_', '.' and '-', a letter first: @EventType('order').`,
    );
  }
  if (isExcluded(dto)) {
    throw new TypeError(`${dto.name} has @Exclude(), which leaves out what every event has: decorate single fields with it.`);
  }
  const base = contractClassOf(name);
  if (dto === base || dto.prototype instanceof base) return metadata;
  throw new TypeError(`${dto.name} must extend ${base.name}, as it has the entity type '${name}'.`);
}

function contractClassOf(name: string): Type<EventDto> {
  return CONTRACT_CLASSES.get(name) ?? (EventDto as Type<EventDto>);
}

// A rule of the host's on such a field would hide the one of the contract.
function isOfEveryEvent({ property, rules }: DtoField): boolean {
  return FIELDS_OF_EVERY_EVENT.includes(property) && rules.every(({ target }) => target === EventDto);
}
