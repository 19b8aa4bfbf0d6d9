import type { StoredEvent } from '../../events/event.interface.js';
import type { RatedConversation, StoredConversation } from './stored-conversation.interface.js';

/** A conversation as queries see it, see `ConversationStore.query()`. */
export function recordOfConversation(conversation: StoredConversation): StoredEvent {
  const { id, type, projectId, integrationId, properties, userProperties, messages } = conversation;
  const createdAt = messages.at(0)?.createdAt ?? conversation.createdAt;
  const userMessageCount = messages.filter(({ role }) => role === 'user').length;
  const told = { id, type, createdAt, projectId, integrationId, properties, userProperties };
  return { ...told, entityType: 'conversation', conversationId: id, fields: { userMessageCount } };
}

/** The same of feedback. */
export function recordOfFeedback({ feedback, conversation }: RatedConversation): StoredEvent {
  const { id, type, messageId, createdAt, projectId, integrationId, properties, userProperties } = feedback;
  const reasons = feedback.reasons?.map(({ label, details }) => ({ label, details })) ?? null;
  const told = { id, type, createdAt, projectId, integrationId, properties, userProperties };
  const about = { entityType: 'message' as const, messageId, conversationId: conversation.id };
  return { ...told, ...about, fields: { reasons } };
}
