import { EventType } from './event-type.decorator.js';
import { EventDto } from './event.dto.js';
import { IsShortText } from '../validation/is-short-text.decorator.js';

/** An event about a message. */
@EventType('message')
export class MessageEventDto extends EventDto {
  @IsShortText()
  messageId!: string;
}
