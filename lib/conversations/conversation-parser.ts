import { randomUUID } from 'node:crypto';
import { inScope } from '../events/in-scope.js';
import { UserPropertiesDto } from '../events/entity-types/user-properties.dto.js';
import type { EventScope } from '../events/event-scope.interface.js';
import type { JsonObject } from '../events/event.interface.js';
import { FreeFormJson, MAX_VALUES } from '../events/free-form-json.js';
import { jsonText } from '../events/json-text.js';
import { storableText } from '../events/storable-text.js';
import { DtoCheck } from '../events/validation/dto-check.js';
import { FieldErrors } from '../events/validation/field-errors.js';
import { digestOf } from '../storage/conversations/conversation-keys.js';
import type { ConversationWrite } from '../storage/conversations/stored-conversation.interface.js';
import { ConversationDto } from './dto/conversation.dto.js';
import { InvalidConversationException } from './invalid-conversation.exception.js';
import { MessageParser } from './message-parser.js';
import { objectOf } from './object-of.js';
import { conversationShownAs, shownIds } from './shown-ids.js';
import { timeOf } from './time-of.js';

/** How much a conversation may hold. */
export interface ConversationLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

const TOO_MANY = `A conversation must not hold more than ${MAX_VALUES} values in its messages and properties`;

/** Of a copy that the widget shares: a time in milliseconds stands before the id of each message. */
const COPIED_ID = /^\d{13}(.+)$/s;

/** Turns what was sent of a conversation into what is stored of it, in the scope of its sender. Throws what it is refused with. */
export class ConversationParser {
  private readonly check = new DtoCheck(ConversationDto);
  private readonly userPropertiesCheck = new DtoCheck(UserPropertiesDto);
  private readonly messages = new MessageParser();

  constructor(private readonly limits: ConversationLimits) {}

  /** Takes what `JSON.parse` made and nobody else holds. `mayChange` is whether the sender may change what is stored. */
  parse(value: unknown, scope: EventScope, mayChange: boolean): ConversationWrite {
    const receivedAt = new Date().toISOString();
    const errors = new FieldErrors();
    const { messages: sent, ...dto } = this.validate(objectOf(value, 'conversation'), errors);
    const id = `conv_${randomUUID()}`;
    // A copy is made of the answer: of a conversation without ids of the caller's, it is tied by those that were made.
    const given = { type: dto.type, receivedAt, idOf: shownIds(id) };
    const messages = errors.list.length > 0 ? [] : this.messages.parse(sent, given, errors);
    if (errors.list.length > 0) throw new InvalidConversationException(errors.list);
    const projectId = inScope('conversation', 'project', dto.projectId, scope.projectId);
    const integrationId = inScope('conversation', 'integration', dto.integrationId, scope.integrationId);
    const fields = fieldsOf(dto, mayChange);
    this.checkSize([...messages.map(({ text }) => text), ...[dto.properties, dto.userProperties].map(textOf)]);
    const [first] = messages;
    const keyOf = (id: string) => digestOf(projectId, integrationId, id, first.digest);
    const copiedId = fields.visibility === 'public' && first.isNamed ? COPIED_ID.exec(first.id)?.[1] : undefined;
    const originId = copiedId === undefined ? undefined : conversationShownAs(copiedId);
    return {
      id,
      sentId: dto.id ?? null,
      projectId,
      integrationId,
      createdAt: timeOf(dto.createdAt) ?? receivedAt,
      receivedAt,
      fields,
      messages,
      firstKey: first.isNamed ? keyOf(first.id) : null,
      originKey: copiedId === undefined || originId !== undefined ? null : keyOf(copiedId),
      originId: originId ?? null,
      externalKey: fields.externalId == null ? null : digestOf(projectId, integrationId, fields.externalId),
      mayChange,
      ...this.limits,
    };
  }

  private validate(input: Record<string, unknown>, errors: FieldErrors): ConversationDto {
    const dto = this.check.check(input, errors);
    const freeForm = FreeFormJson.owning(errors, TOO_MANY);
    for (const field of ['messages', 'properties', 'userProperties'] as const) {
      if (typeof dto[field] === 'object' && dto[field] !== null) freeForm.readValue(dto[field], field);
    }
    const { userProperties, messages } = dto;
    if (isObject(userProperties)) this.userPropertiesCheck.check(userProperties, errors, 'userProperties');
    if (Array.isArray(messages) && messages.length > this.limits.maxMessages) {
      errors.add('#/messages', `messages must not hold more than ${this.limits.maxMessages} messages`);
    }
    return dto;
  }

  private checkSize(texts: readonly string[]): void {
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (bytes > this.limits.maxBytes) throw fullConversation(this.limits);
  }
}

/** What a conversation is refused with that would hold more than it may. */
export function fullConversation({ maxMessages, maxBytes }: ConversationLimits): InvalidConversationException {
  const detail = `A conversation must not hold more than ${maxMessages} messages and ${maxBytes} bytes as stored JSON: begin a new one`;
  return new InvalidConversationException([{ pointer: '#/messages', detail }]);
}

function fieldsOf(dto: Omit<ConversationDto, 'messages'>, mayChange: boolean): ConversationWrite['fields'] {
  const { type, externalId, externalUrl, supportTicketConversationId, visibility, tags, properties, userProperties } = dto;
  return {
    type,
    // Of a page, nobody knows whether it tells the truth: an id of another system would then be taken by whoever comes first.
    ...(mayChange && externalId !== undefined && { externalId }),
    ...(externalUrl !== undefined && { externalUrl: externalUrl && storableText(externalUrl) }),
    ...(supportTicketConversationId !== undefined && { supportTicketConversationId }),
    ...(visibility !== undefined && { visibility }),
    ...(tags !== undefined && { tags }),
    ...(properties !== undefined && { properties }),
    ...(userProperties !== undefined && { userProperties }),
  };
}

function textOf(value: JsonObject | null | undefined): string {
  return value == null ? '' : jsonText(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
