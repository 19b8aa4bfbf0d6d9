import { Expose } from 'class-transformer';
import { IsString } from 'class-validator';
import { EventDto } from './event.dto.js';

/** An event about a search. */
export class SearchEventDto extends EventDto {
  @Expose()
  @IsString()
  searchQuery!: string;
}
