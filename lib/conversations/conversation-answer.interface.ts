import type { JsonObject, JsonValue } from '../events/event.interface.js';
import type { FeedbackReason } from '../storage/conversations/stored-conversation.interface.js';

/** A conversation as it is answered. */
export interface ConversationAnswer {
  readonly id: string;
  readonly type: string;
  readonly externalId: string | null;
  readonly externalUrl: string | null;
  readonly supportTicketConversationId: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly projectId: string | null;
  readonly integrationId: string | null;
  readonly visibility: string | null;
  /** These three only to whoever reads it. */
  readonly tags?: readonly string[] | null;
  readonly properties?: JsonObject | null;
  readonly userProperties?: JsonObject | null;
  readonly messages: readonly MessageAnswer[];
  /** Of the type `openai`, and empty: clients ask for it, and the texts stand in `messages`. */
  readonly messagesOpenAIFormat?: readonly [];
}

/** A message as it is answered; what else was sent of it stands beside these. */
export interface MessageAnswer {
  readonly [member: string]: JsonValue | undefined;
  readonly id: string;
  readonly type: string;
  readonly externalId: JsonValue;
  readonly externalUrl: JsonValue;
  readonly conversationId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly role: string;
  readonly content: JsonValue;
}

/** Feedback as it is answered. */
export interface FeedbackAnswer {
  readonly id: string;
  readonly type: 'positive' | 'negative';
  readonly messageId: string;
  readonly createdAt: string;
  readonly reasons: readonly FeedbackReason[] | null;
  /** These only to whoever reads it. */
  readonly properties?: JsonObject | null;
  readonly userProperties?: JsonObject | null;
}

/** Feedback with what it is about. */
export interface RatedAnswer extends FeedbackAnswer {
  readonly conversation: ConversationAnswer;
  readonly message: MessageAnswer;
}

/** A page of conversations as it is answered. */
export interface ConversationsAnswer {
  readonly conversations: readonly ConversationAnswer[];
  /** How many there are. */
  readonly total: number;
  readonly pageSize: number;
  /** How many are here. */
  readonly count: number;
}

/** A page of feedback as it is answered, with how much there is in all. */
export interface FeedbackListAnswer {
  readonly positiveFeedbackCount: number;
  readonly negativeFeedbackCount: number;
  readonly positiveFeedback: readonly RatedAnswer[];
  readonly negativeFeedback: readonly RatedAnswer[];
}
