import type { OnApplicationBootstrap, Type } from '@nestjs/common';
import type { EntityType } from './entity-type.js';
import type { EventDto } from './event.dto.js';
import type { EntityTypes } from './entity-types.interface.js';

/** Of the entity types of an application those that are taken in one place. */
export class EntityTypeSelection implements EntityTypes, OnApplicationBootstrap {
  constructor(
    private readonly known: EntityTypes,
    /** Undefined: all. */
    private readonly selected: readonly string[] | undefined,
    /** Where they are selected, for the error. */
    private readonly place: string,
  ) {}

  get all(): EntityType[] {
    return this.known.all.filter(({ name }) => this.selected?.includes(name) ?? true);
  }

  get names(): string[] {
    return this.all.map(({ name }) => name);
  }

  find(name: unknown): EntityType | undefined {
    return (this.selected?.includes(name as string) ?? true) ? this.known.find(name) : undefined;
  }

  nameOf(dto: Type<EventDto>): string {
    return this.known.nameOf(dto);
  }

  // Not earlier, as any module of the host may add entity types until then.
  onApplicationBootstrap(): void {
    const unknown = this.selected?.find((name) => this.known.find(name) === undefined);
    if (unknown === undefined) return;
    throw new TypeError(`Unknown entity type '${unknown}' in ${this.place}: known are ${this.known.names.join(', ')}.`);
  }
}
