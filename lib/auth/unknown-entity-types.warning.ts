import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { logger } from '../diagnostics/logger.js';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import type { ApiKeyOptions } from '../options/api-key-options.interface.js';
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
    for (const key of this.settings.apiKeys ?? []) this.warnOf(key);
  }

  private warnOf({ id, entityTypes }: ApiKeyOptions): void {
    const unknown = entityTypes?.filter((name) => this.entityTypes.find(name) === undefined) ?? [];
    if (unknown.length === 0) return;
    logger.warn(
      `The key '${id}' is held to entity types that are not there: ${unknown.join(', ')}. Known are ${this.entityTypes.names.join(', ')}: correct its \`entityTypes\`, or add the missing ones to the module.`,
    );
  }
}
