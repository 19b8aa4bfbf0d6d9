import { IsArray, IsObject, IsOptional, IsString, ValidateIf } from 'class-validator';
import type { JsonObject, JsonValue } from '../../events/event.interface.js';
import { IsRfc3339 } from '../../events/validation/is-rfc3339.decorator.js';
import { IsShortText } from '../../events/validation/is-short-text.decorator.js';

/** What is sent of a message. Whatever else stands in it is kept. */
export class MessageDto {
  @ValidateIf((_message, id) => id !== undefined)
  @IsShortText({ min: 1 })
  id?: string;

  @IsShortText({ min: 1 })
  role!: string;

  @IsOptional()
  @IsRfc3339()
  createdAt?: string | null;

  @IsOptional()
  @IsString()
  name?: string | null;

  @IsOptional()
  @IsString()
  externalId?: string | null;

  @IsOptional()
  @IsString()
  externalUrl?: string | null;

  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  links?: JsonObject[] | null;

  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  tool_calls?: JsonObject[] | null;

  @IsOptional()
  @IsObject()
  properties?: JsonObject | null;

  @IsOptional()
  @IsObject()
  userProperties?: JsonObject | null;
}

const ROLES = ['system', 'user', 'assistant'];
const PART_TYPES = ['text', 'image_url'];

/** What keeps a role from being one of a page's chat. */
export function roleFault(role: unknown): string | undefined {
  return ROLES.includes(role as string) ? undefined : `must be one of ${ROLES.join(', ')}`;
}

/** What keeps a value from being the content of a message. */
export function contentFault(content: JsonValue | undefined, isRequired: boolean): string | undefined {
  if (typeof content === 'string' || (!isRequired && content == null)) return undefined;
  return Array.isArray(content) && content.every(isPart) ? undefined : 'must be a string, or a list of texts and images';
}

function isPart(part: JsonValue): boolean {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return false;
  const { type, text = null, image_url: image = null } = part;
  const isText = text === null || typeof text === 'string';
  const isImage = image === null || (typeof image === 'object' && 'url' in image && typeof image.url === 'string');
  return PART_TYPES.includes(type as string) && isText && isImage;
}
