import type { Type } from '@nestjs/common';
import type { EntityReference } from '../event.interface.js';
import type { EventDto } from './event.dto.js';

type FieldsOf<Reference> = Reference extends unknown ? Exclude<keyof Reference, 'entityType'> : never;

/** A field by which events of one entity type, and no others, name what they are about. */
export type SubjectField = FieldsOf<EntityReference>;

/** The subject of an event, under the field of its entity type. */
export type Subject = { [Field in SubjectField]?: string };

/** One kind of thing that events can be about. */
export interface EntityType {
  /** Its `entityType` on the wire. */
  readonly name: EntityReference['entityType'];
  /** The class by whose class-validator decorators its events are checked. */
  readonly dto: Type<EventDto & Subject>;
  /** The field that the class adds to those of every event. */
  readonly subjectField: SubjectField;
}
