import { logger } from '../../diagnostics/logger.js';
import type { EntityTypeRegistry } from './entity-type.registry.js';

/** Warns where something is held to an entity type which there is not, most likely a mistyped one. */
export function warnOfUnknownEntityTypes(
  holder: string,
  entityTypes: readonly string[] | null | undefined,
  registry: EntityTypeRegistry | undefined,
): void {
  const unknown = entityTypes?.filter((name) => registry?.find(name) === undefined) ?? [];
  if (unknown.length === 0) return;
  logger.warn(
    `${holder} is held to entity types that are not there: ${unknown.join(', ')}. Known are ${registry?.names.join(', ')}: correct the name, or add the missing ones to the module.`,
  );
}
