import { type MessageMark, matchMessages } from './match-messages.js';
import type { ConversationWrite, KnownMessage, SentMessage } from './stored-conversation.interface.js';

export interface PlacedMessage {
  readonly message: SentMessage;
  readonly position: number;
}

/** What is to be written so that a stored conversation has the messages that were sent. */
export interface MessageMerge {
  /** Those that were sent, as they are then stored, in order. */
  readonly known: readonly KnownMessage[];
  readonly added: readonly PlacedMessage[];
  /** Those whose text is another one. */
  readonly changed: readonly SentMessage[];
  readonly isFull: boolean;
}

/** Compares what is stored, in order of position, with what was sent. */
export function mergeMessages(stored: readonly MessageMark[], write: ConversationWrite): MessageMerge {
  const marks = matchMessages(stored, write);
  const sizes = new Map(stored.map(({ id, bytes }) => [id, bytes]));
  const known: KnownMessage[] = [];
  const added: PlacedMessage[] = [];
  const changed: SentMessage[] = [];
  const next = (stored.at(-1)?.position ?? -1) + 1;
  for (const [index, message] of write.messages.entries()) {
    const mark = marks[index];
    const isChanged = mark !== undefined && write.mayChange && mark.textDigest !== message.textDigest;
    const { id, createdAt, updatedAt } = mark ?? { ...message, updatedAt: write.receivedAt };
    if (mark === undefined) added.push({ message, position: next + added.length });
    if (isChanged) changed.push({ ...message, id });
    if (mark === undefined || isChanged) sizes.set(id, Buffer.byteLength(message.text));
    known.push({ id, createdAt, updatedAt: isChanged ? write.receivedAt : updatedAt });
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const isFull = added.length + changed.length > 0 && (sizes.size > write.maxMessages || bytes > write.maxBytes);
  return { known, added, changed, isFull };
}

/** Whether a conversation begins with the message that was sent first. */
export function beginsAlike(first: Pick<MessageMark, 'id' | 'digest'> | undefined, [sent]: readonly SentMessage[]): boolean {
  return first !== undefined && first.digest === sent.digest && (!sent.isNamed || first.id === sent.id);
}

/** Whether that is asked of a conversation of this key. Where its first message has an id, a page must know it, and not the text. */
export function isKnownByText(firstKey: string | null, { mayChange }: ConversationWrite): boolean {
  return firstKey === null || mayChange;
}
