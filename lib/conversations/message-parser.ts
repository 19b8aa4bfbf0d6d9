import type { JsonObject, JsonValue } from '../events/event.interface.js';
import { jsonPointer } from '../events/json-pointer.js';
import { DtoCheck } from '../events/validation/dto-check.js';
import type { FieldErrors } from '../events/validation/field-errors.js';
import { digestOf } from '../storage/conversations/conversation-keys.js';
import type { ConversationType, SentMessage } from '../storage/conversations/stored-conversation.interface.js';
import { contentFault, MessageDto, roleFault } from './dto/message.dto.js';
import { timeOf } from './time-of.js';

/** What a message has beside its body; its type and its conversation are those of the whole. */
const NOT_IN_BODY = ['id', 'role', 'type', 'conversationId', 'createdAt', 'updatedAt'];

/** Checks the messages of a conversation. */
export class MessageParser {
  private readonly check = new DtoCheck(MessageDto);

  /** What is wrong is added to `errors`; then the messages are not to be used. `idOf` makes the ids of those without. */
  parse(
    sent: readonly JsonObject[],
    { type, receivedAt, idOf }: { type: ConversationType; receivedAt: string; idOf: (index: number) => string },
    errors: FieldErrors,
  ): SentMessage[] {
    const ids = new Set<string>();
    return sent.flatMap((message, index) => {
      if (errors.full) return [];
      const at = ['messages', String(index)];
      const { id, role, createdAt } = this.check.check(message, errors, ...at);
      this.checkContent(message, type, at, errors);
      if (id !== undefined && ids.has(id)) addFault(errors, [...at, 'id'], 'must not be that of another message');
      if (errors.list.length > 0) return [];
      ids.add(id ?? '');
      const known = { id: id ?? idOf(index), isNamed: id !== undefined, role, createdAt: timeOf(createdAt) ?? receivedAt };
      return sentMessage(message, known);
    });
  }

  private checkContent({ role, content }: JsonObject, type: ConversationType, at: readonly string[], errors: FieldErrors): void {
    const isOfPage = type === 'openai';
    const ofContent = contentFault(content, isOfPage);
    const ofRole = isOfPage ? roleFault(role) : undefined;
    if (ofContent !== undefined) addFault(errors, [...at, 'content'], ofContent);
    if (ofRole !== undefined) addFault(errors, [...at, 'role'], ofRole);
  }
}

function sentMessage(message: JsonObject, known: Pick<SentMessage, 'id' | 'isNamed' | 'role' | 'createdAt'>): SentMessage {
  const { role } = known;
  const body: [string, JsonValue][] = Object.entries(message).filter(([key]) => !NOT_IN_BODY.includes(key));
  const text = JSON.stringify(Object.fromEntries(body));
  const digest = digestOf(role, JSON.stringify(message.content ?? null));
  return { ...known, text, digest, textDigest: digestOf(role, text) };
}

function addFault(errors: FieldErrors, path: readonly string[], fault: string): void {
  errors.add(jsonPointer(path), `${path.join('.')} ${fault}`);
}
