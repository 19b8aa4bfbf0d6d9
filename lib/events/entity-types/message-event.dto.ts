import { Expose } from 'class-transformer';
import { EventDto } from './event.dto.js';
import { IsShortText } from '../validation/is-short-text.decorator.js';

/** An event about a message. */
export class MessageEventDto extends EventDto {
  @Expose()
  @IsShortText()
  messageId!: string;
}
