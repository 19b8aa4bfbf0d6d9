import type { Type } from '@nestjs/common';
import { ConversationEventDto } from './conversation-event.dto.js';
import type { EventDto } from './event.dto.js';
import { MessageEventDto } from './message-event.dto.js';
import { SearchEventDto } from './search-event.dto.js';

/**
 * The entity types of the HTTP contract: messages, conversations and searches.
 *
 * @example
 * ```ts
 * EventLogModule.forRoot({ apiKeys, entityTypes: [...CONTRACT_ENTITY_TYPES, OrderEventDto] });
 * ```
 */
export const CONTRACT_ENTITY_TYPES: readonly Type<EventDto>[] = [MessageEventDto, ConversationEventDto, SearchEventDto];
