import { ConversationEventDto } from './conversation-event.dto.js';
import type { EntityType } from './entity-type.js';
import { MessageEventDto } from './message-event.dto.js';
import { SearchEventDto } from './search-event.dto.js';

/** The entity types of the HTTP contract. */
export const CONTRACT_ENTITY_TYPES: readonly EntityType[] = [
  { name: 'message', dto: MessageEventDto, subjectField: 'messageId' },
  { name: 'conversation', dto: ConversationEventDto, subjectField: 'conversationId' },
  { name: 'search', dto: SearchEventDto, subjectField: 'searchQuery' },
];
