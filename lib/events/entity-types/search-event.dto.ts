import { IsString } from 'class-validator';
import { EventType } from './event-type.decorator.js';
import { EventDto } from './event.dto.js';

/** An event about a search. */
@EventType('search')
export class SearchEventDto extends EventDto {
  @IsString()
  searchQuery!: string;
}
