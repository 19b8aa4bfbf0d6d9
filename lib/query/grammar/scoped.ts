import type { Condition, ReadScope } from '../../storage/reading/event-query.interface.js';

/** Which events, within whose. */
export interface Scoped {
  readonly scope: ReadScope;
  readonly where: Condition;
}

/** All events, and none at all. */
export const EVERY: Condition = { and: [] };
export const NONE: Condition = { or: [] };

/**
 * Narrows a scope by what a request names. The scope is where indexes begin; what is outside finds nothing, as if it were not
 * there.
 */
export function scopedTo({ scope, where }: Scoped, { projectId, integrationId, entityTypes }: ReadScope): Scoped {
  const isOutside =
    (projectId !== undefined && scope.projectId !== undefined && scope.projectId !== projectId) ||
    (integrationId !== undefined && scope.integrationId !== undefined && scope.integrationId !== integrationId);
  const types =
    entityTypes && (scope.entityTypes ? entityTypes.filter((name) => scope.entityTypes?.includes(name)) : entityTypes);
  return {
    scope: {
      ...scope,
      ...(projectId !== undefined && !isOutside && { projectId }),
      ...(integrationId !== undefined && !isOutside && { integrationId }),
      ...(types !== undefined && types.length > 0 && { entityTypes: types }),
    },
    where: isOutside || types?.length === 0 ? NONE : where,
  };
}
