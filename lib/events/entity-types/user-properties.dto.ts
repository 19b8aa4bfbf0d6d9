import { IsOptional, IsString } from 'class-validator';
import { IsUserId } from '../validation/is-user-id.decorator.js';

/** The keys of `userProperties` that have a type; any other key is kept as it is. */
export class UserPropertiesDto {
  @IsOptional()
  @IsUserId()
  id?: string | number | null;

  @IsOptional()
  @IsUserId()
  userId?: string | number | null;

  @IsOptional()
  @IsString()
  identificationType?: string | null;

  @IsOptional()
  @IsString()
  supportAgentName?: string | null;

  @IsOptional()
  @IsString()
  supportAgentEmail?: string | null;

  @IsOptional()
  @IsString()
  userType?: string | null;
}
