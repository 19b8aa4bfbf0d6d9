import type { EntityReference } from '../event.interface.js';
import { DtoCheck } from '../validation/dto-check.js';
import type { EntityType, Subject } from './entity-type.js';

/** An entity type whose rules are compiled. */
export interface RegisteredEntityType extends EntityType {
  readonly check: DtoCheck<InstanceType<EntityType['dto']>>;
}

/** The entity types of one application; another one in the same process may have others. */
export class EntityTypeRegistry {
  private readonly byName = new Map<unknown, RegisteredEntityType>();

  constructor(entityTypes: readonly EntityType[]) {
    for (const entityType of entityTypes) {
      if (this.byName.has(entityType.name)) {
        throw new TypeError(`Expected every entity type to have a name of its own, but '${entityType.name}' is used twice.`);
      }
      this.byName.set(entityType.name, { ...entityType, check: new DtoCheck(entityType.dto) });
    }
  }

  get names(): string[] {
    return Array.from(this.byName.values(), ({ name }) => name);
  }

  find(name: unknown): RegisteredEntityType | undefined {
    return this.byName.get(name);
  }

  /** What an event is about, under the one field that events of its type have: `{ messageId: 'msg_1' }`. */
  subjectOf(event: EntityReference): Subject {
    const field = this.find(event.entityType)?.subjectField;
    const fields: Subject = event;
    return field === undefined ? {} : { [field]: fields[field] };
  }
}
