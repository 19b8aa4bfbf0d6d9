import { Expose } from 'class-transformer';
import { EventDto } from './event.dto.js';
import { IsShortText } from '../validation/is-short-text.decorator.js';

/** An event about a conversation. */
export class ConversationEventDto extends EventDto {
  @Expose()
  @IsShortText()
  conversationId!: string;
}
