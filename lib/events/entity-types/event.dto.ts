import { Expose } from 'class-transformer';
import { IsObject, IsOptional, ValidateIf } from 'class-validator';
import { IsRfc3339 } from '../validation/is-rfc3339.decorator.js';
import { IsShortText } from '../validation/is-short-text.decorator.js';
import type { JsonObject } from '../event.interface.js';

/** The fields that events of every entity type share. */
export abstract class EventDto {
  @Expose()
  @IsShortText()
  type!: string;

  // Not @IsOptional(), which lets null pass as well.
  @Expose()
  @ValidateIf((_event, id) => id !== undefined)
  @IsShortText({ min: 1 })
  id?: string;

  @Expose()
  @IsOptional()
  @IsRfc3339()
  createdAt?: string | null;

  @Expose()
  @IsOptional()
  @IsShortText()
  projectId?: string | null;

  @Expose()
  @IsOptional()
  @IsShortText()
  integrationId?: string | null;

  @Expose()
  @IsOptional()
  @IsObject()
  properties?: JsonObject | null;

  @Expose()
  @IsOptional()
  @IsObject()
  userProperties?: JsonObject | null;
}
