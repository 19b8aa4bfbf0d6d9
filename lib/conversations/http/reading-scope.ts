import type { ApiKey } from '../../auth/api-key.interface.js';
import type { ConversationScope } from '../../storage/conversations/stored-conversation.interface.js';

/** What a key may read: of a key of no project, all. */
export function readingScopeOf({ projectId, integrationId }: ApiKey): ConversationScope {
  return { ...(projectId != null && { projectId }), ...(integrationId != null && { integrationId }) };
}

/** Whether a key reads more than what is shared. */
export function isReader({ scopes }: ApiKey): boolean {
  return scopes.includes('events:read');
}
