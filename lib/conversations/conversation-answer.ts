import type { JsonObject, JsonValue } from '../events/event.interface.js';
import type {
  ConversationHead,
  ConversationWrite,
  KnownMessage,
  RatedConversation,
  StoredConversation,
  StoredFeedback,
  StoredMessage,
} from '../storage/conversations/stored-conversation.interface.js';
import type { ConversationAnswer, FeedbackAnswer, MessageAnswer, RatedAnswer } from './conversation-answer.interface.js';
import { shownIds } from './shown-ids.js';

/** What a page shows of a message, beside what each one has. */
const OF_PAGES = ['name', 'links', 'tool_calls'];

/** To whoever sent it: no more than was sent, and little of it, as the widget puts it whole into each later event of its chat. */
export function answerToSender(
  head: ConversationHead,
  known: readonly KnownMessage[],
  { messages }: ConversationWrite,
): ConversationAnswer {
  const sent = messages.map(({ role, text }, index) => ({ ...known[index], role, body: JSON.parse(text) as JsonObject }));
  return { ...fieldsOf(head), ...messagesOf(head, sent.map(shownToPages)) };
}

/** To a key that pages hold: nothing of the person, nor of what the host tells of it. */
export function answerToPage(conversation: StoredConversation): ConversationAnswer {
  // The id of the first message is half of what continues a chat, and those of a copy hold those of its original.
  const idOf = shownIds(conversation.id);
  const hidden = (message: StoredMessage, index: number) => ({ ...message, id: idOf(index) });
  return { ...fieldsOf(conversation), ...messagesOf(conversation, conversation.messages.map(shownToPages).map(hidden)) };
}

/** To a key that reads. */
export function answerToReader(conversation: StoredConversation): ConversationAnswer {
  const { tags, properties, userProperties, messages } = conversation;
  return { ...fieldsOf(conversation), tags, properties, userProperties, ...messagesOf(conversation, messages) };
}

/** To whoever gave it. */
export function feedbackToSender({ id, type, messageId, createdAt, reasons }: StoredFeedback): FeedbackAnswer {
  return { id, type, messageId, createdAt, reasons };
}

/** To a key that reads. */
export function feedbackToReader({ feedback, conversation }: RatedConversation): RatedAnswer {
  const { properties, userProperties, messageId } = feedback;
  const answer = answerToReader(conversation);
  const message = answer.messages.find(({ id }) => id === messageId)!;
  return { ...feedbackToSender(feedback), properties, userProperties, conversation: answer, message };
}

function fieldsOf(head: ConversationHead): Omit<ConversationAnswer, 'messages'> {
  const { id, type, externalId, externalUrl, supportTicketConversationId } = head;
  const { createdAt, updatedAt, projectId, integrationId, visibility } = head;
  const ids = { id, type, externalId, externalUrl, supportTicketConversationId };
  return { ...ids, createdAt, updatedAt, projectId, integrationId, visibility };
}

function messagesOf(head: ConversationHead, messages: readonly StoredMessage[]) {
  const answers = messages.map((message) => messageOf(head, message));
  return { messages: answers, ...(head.type === 'openai' && { messagesOpenAIFormat: [] as const }) };
}

function messageOf(
  { type, id: conversationId }: ConversationHead,
  { id, role, createdAt, updatedAt, body }: StoredMessage,
): MessageAnswer {
  const { externalId = null, externalUrl = null, content = null, ...more } = body;
  const links = Array.isArray(more.links) && { links: more.links.filter(hasUrl) };
  return { id, type, externalId, externalUrl, conversationId, createdAt, updatedAt, role, content, ...more, ...links };
}

function shownToPages({ body, ...message }: StoredMessage): StoredMessage {
  const shown = Object.entries(body).filter(([member]) => member === 'content' || OF_PAGES.includes(member));
  return { ...message, body: Object.fromEntries(shown) };
}

// Clients refuse a whole conversation for one link without.
function hasUrl(link: JsonValue): boolean {
  return typeof link === 'object' && link !== null && 'url' in link && typeof link.url === 'string';
}
