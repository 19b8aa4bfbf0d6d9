import { EventType } from './event-type.decorator.js';
import { EventDto } from './event.dto.js';
import { IsShortText } from '../validation/is-short-text.decorator.js';

/** An event about a conversation. */
@EventType('conversation')
export class ConversationEventDto extends EventDto {
  @IsShortText()
  conversationId!: string;
}
