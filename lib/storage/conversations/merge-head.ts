import type { ConversationFields, ConversationHead, ConversationWrite } from './stored-conversation.interface.js';

/** The head of a new conversation. */
export function newHead(write: ConversationWrite, originId: string | null): ConversationHead {
  const { id, projectId, integrationId, createdAt, receivedAt: updatedAt } = write;
  return { ...NOTHING_TOLD, ...write.fields, id, projectId, integrationId, createdAt, updatedAt, originId };
}

/** The head of a stored conversation with what was sent of it; the same object where that changes nothing. */
export function mergeHead(head: ConversationHead, { fields, mayChange }: ConversationWrite): ConversationHead {
  // Who reads it is said when it is made; a page that has the id of another one's chat must not publish it.
  const { visibility } = mayChange ? { ...head, ...fields } : head;
  // By its external id it is found: that would else be the one of two, or of none.
  const { type, externalId } = head;
  const merged = { ...head, ...fields, type, externalId, visibility };
  return textOf(merged) === textOf(head) ? head : merged;
}

/** Whether a sender is of the scope of a conversation that is stored. A server need not tell which integration a chat is of. */
export function mayGoOn(head: Pick<ConversationHead, 'projectId' | 'integrationId'>, write: ConversationWrite): boolean {
  const isOfIntegration = head.integrationId === write.integrationId || (write.mayChange && write.integrationId === null);
  return head.projectId === write.projectId && isOfIntegration;
}

/** Whether all that is stored of it stays as it is: whoever opens a copy is told all by which a chat is continued. */
export function isFrozen({ originId }: ConversationHead, { mayChange }: ConversationWrite): boolean {
  return originId !== null && !mayChange;
}

const NOTHING_TOLD: Omit<ConversationFields, 'type'> = {
  externalId: null,
  externalUrl: null,
  supportTicketConversationId: null,
  visibility: null,
  tags: null,
  properties: null,
  userProperties: null,
};

function textOf({ type, ...head }: ConversationFields): string {
  const fields = Object.keys(NOTHING_TOLD) as (keyof typeof NOTHING_TOLD)[];
  return JSON.stringify([type, ...fields.map((field) => head[field])]);
}
