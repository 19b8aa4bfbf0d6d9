import { randomUUID } from 'node:crypto';
import { digestOf } from '../../storage/conversations/conversation-keys.js';
import type { ConversationStore } from '../../storage/conversations/conversation.store.js';
import type {
  ConversationHead,
  ConversationWrite,
  KnownMessage,
  SentMessage,
  StoredConversation,
  StoredFeedback,
} from '../../storage/conversations/stored-conversation.interface.js';
import type { ContractCase } from '../contract-case.js';
import type { Expect } from '../test-runner.interface.js';

/** What a test of a store of conversations works with. */
export interface ConversationStoreFixture {
  readonly store: ConversationStore;
  /** Over the same conversations, as another process has it; the same where there is one store alone. */
  readonly another: ConversationStore;
  /** A project of no other test. */
  readonly projectId: string;
  readonly expect: Expect;
}

export type ConversationStoreCase = ContractCase<ConversationStoreFixture>;

export const TIME = '2026-01-02T03:04:05.678Z';

/** A message of an id of its own, unless told otherwise. */
export function newMessage(content = 'text', more: Partial<SentMessage> = {}): SentMessage {
  const text = JSON.stringify({ content });
  const digests = { digest: digestOf('user', content), textDigest: digestOf('user', text) };
  return { id: `m_${randomUUID()}`, isNamed: true, role: 'user', createdAt: TIME, text, ...digests, ...more };
}

/** A conversation that was sent by a page. */
export function newWrite(
  projectId: string | null,
  messages: readonly SentMessage[],
  more: Partial<ConversationWrite> = {},
): ConversationWrite {
  const [{ id, isNamed, digest }] = messages;
  return {
    id: `conv_${randomUUID()}`,
    sentId: null,
    projectId,
    integrationId: null,
    createdAt: TIME,
    receivedAt: TIME,
    fields: { type: 'openai' },
    messages,
    firstKey: isNamed ? digestOf(projectId, null, id, digest) : null,
    originKey: null,
    originId: null,
    externalKey: null,
    mayChange: false,
    maxMessages: 1_000,
    maxBytes: 2_097_152,
    ...more,
  };
}

/** A copy of a stored conversation, as the widget shares it. */
export function copyOf(write: ConversationWrite, more: Partial<ConversationWrite> = {}): ConversationWrite {
  const messages = write.messages.map((message) => ({ ...message, id: `copy of ${message.id}` }));
  const fields = { type: 'openai', visibility: 'public', userProperties: {} } as const;
  return newWrite(write.projectId, messages, { fields, originKey: write.firstKey, ...more });
}

/** Saves what must be taken. */
export async function saved(
  store: ConversationStore,
  write: ConversationWrite,
): Promise<{ head: ConversationHead; messages: readonly KnownMessage[] }> {
  const outcome = await store.save(write);
  if (typeof outcome !== 'string') return outcome;
  throw new Error(`Expected save() to store a conversation that nobody has erased and that is small, got '${outcome}'.`);
}

/** The conversation of an id, which must be there. */
export async function stored(store: ConversationStore, id: string): Promise<StoredConversation> {
  const conversation = await store.find(id, {});
  if (conversation === undefined) throw new Error('Expected find() to give a conversation that is stored, got nothing.');
  return conversation;
}

/** The ids of a conversation's messages, in order. */
export async function messageIdsOf(store: ConversationStore, id: string): Promise<string[]> {
  return (await stored(store, id)).messages.map((message) => message.id);
}

/** A thumb on a message. */
export function newFeedback(projectId: string | null, messageId: string, more: Partial<StoredFeedback> = {}): StoredFeedback {
  const times = { createdAt: TIME, updatedAt: TIME };
  const told = { reasons: null, properties: null, userProperties: null };
  return { id: `fb_${randomUUID()}`, type: 'positive', messageId, projectId, integrationId: null, ...times, ...told, ...more };
}
