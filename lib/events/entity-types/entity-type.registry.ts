import type { Type } from '@nestjs/common';
import { ConversationEventDto } from './conversation-event.dto.js';
import type { EventDto } from './event.dto.js';
import type { EntityReference } from '../event.interface.js';
import { MessageEventDto } from './message-event.dto.js';
import { SearchEventDto } from './search-event.dto.js';

/** The class that an event is checked by, and the field that only events of its entity type have. */
export interface EntityType {
  dto: Type<EventDto>;
  field: 'messageId' | 'conversationId' | 'searchQuery';
}

/** Every entity type; a new one is a class and a line here. */
export const ENTITY_TYPES: ReadonlyMap<unknown, EntityType> = new Map<EntityReference['entityType'], EntityType>([
  ['message', { dto: MessageEventDto, field: 'messageId' }],
  ['conversation', { dto: ConversationEventDto, field: 'conversationId' }],
  ['search', { dto: SearchEventDto, field: 'searchQuery' }],
]);
