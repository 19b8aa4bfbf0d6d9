import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import { warnOfUnknownEntityTypes } from '../events/entity-types/warn-of-unknown-entity-types.js';
import { EventLogSettings } from '../options/event-log-settings.js';

/**
 * Warns at boot of configured keys that are held to an entity type which there is not, most likely a mistyped one. No error, as
 * a key in a database may name a type that only another application has.
 */
@Injectable()
export class UnknownEntityTypesWarning implements OnApplicationBootstrap {
  constructor(
    private readonly settings: EventLogSettings,
    private readonly entityTypes: EntityTypeRegistry,
  ) {}

  // Not earlier, as any module of the host may add types until then.
  onApplicationBootstrap(): void {
    for (const { id, entityTypes } of this.settings.apiKeys ?? []) {
      warnOfUnknownEntityTypes(`The key '${id}'`, entityTypes, this.entityTypes);
    }
  }
}
