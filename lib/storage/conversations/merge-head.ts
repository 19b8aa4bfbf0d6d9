import { userKeyOf } from '../../events/user-key.js';
import type { ConversationFields, ConversationHead, ConversationWrite } from './stored-conversation.interface.js';

/** The head of a new conversation. */
export function newHead(write: ConversationWrite, originId: string | null): ConversationHead {
  const { id, projectId, integrationId, createdAt, receivedAt: updatedAt } = write;
  return { ...NOTHING_TOLD, ...write.fields, id, projectId, integrationId, createdAt, updatedAt, originId };
}

/** The head of a stored conversation with what was sent of it; the same object where that changes nothing. */
export function mergeHead(head: ConversationHead, { fields, mayChange }: ConversationWrite): ConversationHead {
  // Who reads it is said when it is made, and whose it is when they are known: a page that has the id of another one's chat must
  // neither publish it nor take it from the person by whom it is erased.
  const { visibility } = mayChange ? { ...head, ...fields } : head;
  const { userProperties } = mayChange || mayTellPerson(head, fields) ? { ...head, ...fields } : head;
  // By its external id it is found: that would else be the one of two, or of none.
  const { type, externalId } = head;
  const merged = { ...head, ...fields, type, externalId, visibility, userProperties };
  return textOf(merged) === textOf(head) ? head : merged;
}

/** Whether a sender is of the scope of a conversation that is stored. A server need not tell which integration a chat is of. */
export function mayGoOn(head: Pick<ConversationHead, 'projectId' | 'integrationId'>, write: ConversationWrite): boolean {
  const isOfIntegration = head.integrationId === write.integrationId || (write.mayChange && write.integrationId === null);
  return head.projectId === write.projectId && isOfIntegration;
}

/** The kept conversation of the external id that was sent: that of the sender's integration, else the one that changed last. */
export function ofExternalId(heads: readonly ConversationHead[], write: ConversationWrite): ConversationHead | undefined {
  const { externalId = null } = write.fields;
  if (externalId === null) return undefined;
  const found = heads.filter((head) => head.externalId === externalId && mayGoOn(head, write));
  const isSame = ({ integrationId }: ConversationHead) => integrationId === write.integrationId;
  return found.find(isSame) ?? found.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)).at(0);
}

/**
 * Whether all that is stored of it stays as it is. Nobody goes on with a copy, nor with what whoever reads it could go on with: a
 * public one whose first message has no id, which is known by its text alone.
 */
export function isFrozen(head: ConversationHead, firstKey: string | null, { mayChange }: ConversationWrite): boolean {
  return !mayChange && (head.originId !== null || (head.visibility === 'public' && firstKey === null));
}

function mayTellPerson(head: ConversationHead, { userProperties = null }: ConversationWrite['fields']): boolean {
  const stored = userKeyOf(head);
  return stored === '' || stored === userKeyOf({ userProperties });
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
