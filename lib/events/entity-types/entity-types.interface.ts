import type { Type } from '@nestjs/common';
import type { EntityType } from './entity-type.js';
import type { EventDto } from './event.dto.js';

/** The entity types in force somewhere. */
export interface EntityTypes {
  readonly all: readonly EntityType[];
  readonly names: readonly string[];
  find(name: unknown): EntityType | undefined;
  /** The name of a class that is in force. Throws a `TypeError` for another one. */
  nameOf(dto: Type<EventDto>): string;
}
