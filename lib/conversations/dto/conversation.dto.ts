import { ArrayMaxSize, ArrayMinSize, IsArray, IsDefined, IsIn, IsObject, IsOptional, IsString } from 'class-validator';
import type { JsonObject } from '../../events/event.interface.js';
import { IsRfc3339 } from '../../events/validation/is-rfc3339.decorator.js';
import { IsShortText } from '../../events/validation/is-short-text.decorator.js';
import type { ConversationType, ConversationVisibility } from '../../storage/conversations/stored-conversation.interface.js';

const TYPES: readonly ConversationType[] = ['openai', 'support_ticket', 'support_copilot'];
const VISIBILITIES: readonly ConversationVisibility[] = ['private', 'public'];
const MAX_TAGS = 50;

/** What is sent of a conversation. */
export class ConversationDto {
  @IsIn(TYPES)
  type!: ConversationType;

  @IsOptional()
  @IsShortText()
  id?: string | null;

  @IsOptional()
  @IsShortText()
  externalId?: string | null;

  @IsOptional()
  @IsString()
  externalUrl?: string | null;

  @IsOptional()
  @IsShortText()
  supportTicketConversationId?: string | null;

  @IsOptional()
  @IsShortText()
  projectId?: string | null;

  @IsOptional()
  @IsShortText()
  integrationId?: string | null;

  @IsOptional()
  @IsRfc3339()
  createdAt?: string | null;

  @IsOptional()
  @IsIn(VISIBILITIES)
  visibility?: ConversationVisibility | null;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_TAGS)
  @IsShortText({}, { each: true })
  tags?: string[] | null;

  @IsOptional()
  @IsObject()
  properties?: JsonObject | null;

  @IsOptional()
  @IsObject()
  userProperties?: JsonObject | null;

  // Asked from below, and the first that fails is told.
  @IsObject({ each: true })
  @ArrayMinSize(1)
  @IsArray()
  @IsDefined({ message: 'messages is missing: give the whole chat, each message with its role and content' })
  messages!: JsonObject[];
}
