import type { ApiKey } from '../../auth/api-key.interface.js';
import type { ReadScope } from '../../storage/reading/event-query.interface.js';

/** What a key may read: of a key of no project, all; whatever a request names can only narrow it. */
export function readScopeOf({ projectId, integrationId, entityTypes }: ApiKey): ReadScope {
  return {
    ...(projectId != null && { projectId }),
    ...(integrationId != null && { integrationId }),
    ...(entityTypes != null && { entityTypes }),
  };
}
