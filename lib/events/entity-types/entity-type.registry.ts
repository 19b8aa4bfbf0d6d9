import type { Type } from '@nestjs/common';
import { type EntityType, entityTypeOf } from './entity-type.js';
import { eventTypeOf } from './event-type.decorator.js';
import type { EntityTypes } from './entity-types.interface.js';
import type { EventDto } from './event.dto.js';

/** The entity types of one application; another one in the same process may have others. */
export class EntityTypeRegistry implements EntityTypes {
  private readonly byName = new Map<unknown, EntityType>();

  constructor(dtos: readonly Type<EventDto>[]) {
    this.add(dtos);
  }

  /** Those in force, in the order in which they were added. */
  get all(): EntityType[] {
    return [...this.byName.values()];
  }

  get names(): string[] {
    return this.all.map(({ name }) => name);
  }

  find(name: unknown): EntityType | undefined {
    return this.byName.get(name);
  }

  nameOf(dto: Type<EventDto>): string {
    const { name } = eventTypeOf(dto) ?? {};
    if (name !== undefined && this.find(name)?.dto === dto) return name;
    throw new TypeError(`${dto.name} is no entity type in force: register it with EventLogModule.forFeature([${dto.name}]).`);
  }

  /** Adds entity types, unless they are there. Throws a `TypeError` for a class that can be none, and for two of one name. */
  add(dtos: readonly Type<EventDto>[]): void {
    for (const dto of dtos) {
      const entityType = entityTypeOf(dto);
      const known = this.byName.get(entityType.name);
      if (known !== undefined && known.dto !== dto) {
        throw new TypeError(
          `Expected every entity type to have a name of its own, but '${entityType.name}' is that of ${known.dto.name} and of ${dto.name}.`,
        );
      }
      this.byName.set(entityType.name, entityType);
    }
  }
}
