import type { ConversationWrite, KnownMessage, SentMessage } from './stored-conversation.interface.js';

/** What tells a stored message, without its text. */
export interface MessageMark extends KnownMessage {
  /** Its place in the conversation, in ascending order. */
  readonly position: number;
  readonly digest: string;
  readonly textDigest: string;
  readonly bytes: number;
}

/**
 * Of each message that was sent, in order, the stored one that it is, and no other message: the one of its id. Without an
 * id of the caller's it is one of the same digest, at its place if there is one, so that what is sent again is known
 * wherever it was added; else the one at its place, where the sender may have changed that.
 */
export function matchMessages(
  stored: readonly MessageMark[],
  { messages, mayChange }: ConversationWrite,
): readonly (MessageMark | undefined)[] {
  const free = new Set(stored);
  const found = messages.map((): MessageMark | undefined => undefined);
  const claim = (markOf: (message: SentMessage, index: number) => MessageMark | undefined) => {
    for (const [index, message] of messages.entries()) {
      const mark = found[index] === undefined ? markOf(message, index) : undefined;
      if (mark !== undefined && free.delete(mark)) found[index] = mark;
    }
  };
  const byId = new Map(stored.map((mark) => [mark.id, mark]));
  // Also by one that was made here: a write is compared again with what is stored, once it is there itself.
  claim(({ id }) => byId.get(id));
  claim(({ isNamed, digest }, index) => (!isNamed && stored[index]?.digest === digest ? stored[index] : undefined));
  const byDigest = listsOf(free);
  claim(({ isNamed, digest }) => (isNamed ? undefined : byDigest.get(digest)?.shift()));
  if (mayChange) claim(({ isNamed }, index) => (isNamed ? undefined : stored[index]));
  return found;
}

function listsOf(marks: Iterable<MessageMark>): Map<string, MessageMark[]> {
  const lists = new Map<string, MessageMark[]>();
  for (const mark of marks) {
    const list = lists.get(mark.digest) ?? [];
    list.push(mark);
    lists.set(mark.digest, list);
  }
  return lists;
}
