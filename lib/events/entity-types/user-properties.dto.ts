import { Expose } from 'class-transformer';
import { IsOptional, IsString } from 'class-validator';
import { IsUserId } from '../validation/is-user-id.decorator.js';

/** The keys of `userProperties` that have a type; any other key is kept as it is. */
export class UserPropertiesDto {
  @Expose()
  @IsOptional()
  @IsUserId()
  id?: string | number | null;

  @Expose()
  @IsOptional()
  @IsUserId()
  userId?: string | number | null;

  @Expose()
  @IsOptional()
  @IsString()
  identificationType?: string | null;

  @Expose()
  @IsOptional()
  @IsString()
  supportAgentName?: string | null;

  @Expose()
  @IsOptional()
  @IsString()
  supportAgentEmail?: string | null;

  @Expose()
  @IsOptional()
  @IsString()
  userType?: string | null;
}
