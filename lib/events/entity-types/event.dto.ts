import { IsObject, IsOptional, ValidateIf } from 'class-validator';
import { IsRfc3339 } from '../validation/is-rfc3339.decorator.js';
import { IsShortText } from '../validation/is-short-text.decorator.js';
import type { JsonObject } from '../event.interface.js';

/** The fields that events of every entity type share. */
export abstract class EventDto {
  @IsShortText()
  type!: string;

  // Not @IsOptional(), which lets null pass as well.
  @ValidateIf((_event, id) => id !== undefined)
  @IsShortText({ min: 1 })
  id?: string;

  @IsOptional()
  @IsRfc3339()
  createdAt?: string | null;

  @IsOptional()
  @IsShortText()
  projectId?: string | null;

  @IsOptional()
  @IsShortText()
  integrationId?: string | null;

  @IsOptional()
  @IsObject()
  properties?: JsonObject | null;

  @IsOptional()
  @IsObject()
  userProperties?: JsonObject | null;
}
