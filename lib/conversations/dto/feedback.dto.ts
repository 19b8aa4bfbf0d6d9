import { ArrayMaxSize, IsArray, IsIn, IsObject, IsOptional, IsString } from 'class-validator';
import type { JsonObject } from '../../events/event.interface.js';
import { IsRfc3339 } from '../../events/validation/is-rfc3339.decorator.js';
import { IsShortText } from '../../events/validation/is-short-text.decorator.js';
import type { StoredFeedback } from '../../storage/conversations/stored-conversation.interface.js';

const TYPES: readonly StoredFeedback['type'][] = ['positive', 'negative'];
const MAX_REASONS = 50;

/** Of one of its reasons. */
export class FeedbackReasonDto {
  @IsString()
  label!: string;

  @IsString()
  details!: string;
}

/** What is sent of feedback. */
export class FeedbackDto {
  @IsIn(TYPES)
  type!: StoredFeedback['type'];

  @IsShortText({ min: 1 })
  messageId!: string;

  @IsOptional()
  @IsRfc3339()
  createdAt?: string | null;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_REASONS)
  @IsObject({ each: true })
  reasons?: FeedbackReasonDto[] | null;

  @IsOptional()
  @IsObject()
  properties?: JsonObject | null;

  @IsOptional()
  @IsObject()
  userProperties?: JsonObject | null;
}
