import { ForbiddenException } from '@nestjs/common';
import type { ReadScope } from '../storage/reading/event-query.interface.js';

/** What a key that is held to entity types needs among them. */
const ENTITY_TYPE = 'conversation';

/** The scope of events for conversations and feedback, which are of no entity type. Throws `ForbiddenException`. */
export function conversationScope({ entityTypes, ...scope }: ReadScope): ReadScope {
  if (entityTypes === undefined || entityTypes.includes(ENTITY_TYPE)) return scope;
  throw new ForbiddenException(`The key is held to entity types of which none is ${ENTITY_TYPE}`);
}
