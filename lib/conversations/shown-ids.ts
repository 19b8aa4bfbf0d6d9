import { randomUUID } from 'node:crypto';

const SHOWN_ID = /^(conv_[0-9a-f-]{36})-\d+-/;

/**
 * Ids for the messages of a conversation, by their index, in place of their own. They are others each time, so that whoever goes on
 * with what was shown has a chat that nobody else can guess.
 */
export function shownIds(conversationId: string): (index: number) => string {
  const unique = randomUUID();
  return (index) => `${conversationId}-${index}-${unique}`;
}

/** The id of the conversation whose message was shown with this id. */
export function conversationShownAs(messageId: string): string | undefined {
  return SHOWN_ID.exec(messageId)?.[1];
}
