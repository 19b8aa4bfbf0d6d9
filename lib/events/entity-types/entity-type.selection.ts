import type { OnApplicationBootstrap } from '@nestjs/common';
import type { EntityTypeRegistry, RegisteredEntityType } from './entity-type.registry.js';

/** Of the entity types of an application those that are taken in one place. */
export class EntityTypeSelection implements OnApplicationBootstrap {
  constructor(
    private readonly all: EntityTypeRegistry,
    /** Undefined: all. */
    private readonly selected: readonly string[] | undefined,
    /** Where they are selected, for the error. */
    private readonly place: string,
  ) {}

  get names(): string[] {
    return this.all.names.filter((name) => this.selected?.includes(name) ?? true);
  }

  find(name: unknown): RegisteredEntityType | undefined {
    return (this.selected?.includes(name as string) ?? true) ? this.all.find(name) : undefined;
  }

  // Not earlier, as any module of the host may add entity types until then.
  onApplicationBootstrap(): void {
    const unknown = this.selected?.find((name) => this.all.find(name) === undefined);
    if (unknown === undefined) return;
    throw new TypeError(`Unknown entity type '${unknown}' in ${this.place}: known are ${this.all.names.join(', ')}.`);
  }
}
