import type {
  ConversationType,
  ConversationVisibility,
  FeedbackReason,
} from '../storage/conversations/stored-conversation.interface.js';

/** A conversation as a caller gives it: always whole, so that it is stored whatever was lost before. */
export interface ConversationInput {
  type: ConversationType;
  /** 1 to `maxMessages`, oldest first. */
  messages: readonly MessageInput[];
  /** What it was answered with before. Default: it is found by `externalId` or by its first message, or is a new one. */
  id?: string | null;
  /** Its id in another system, by which it is found again in its project; at most 255 characters. */
  externalId?: string | null;
  externalUrl?: string | null;
  supportTicketConversationId?: string | null;
  /** Default: the scope's. */
  projectId?: string | null;
  /** Default: the scope's. */
  integrationId?: string | null;
  /** RFC 3339 with an offset. Default: now. */
  createdAt?: string | null;
  /** `public`: pages may read it, by its id. Default: they may not. */
  visibility?: ConversationVisibility | null;
  /** At most 50 of at most 255 characters. */
  tags?: readonly string[] | null;
  properties?: object | null;
  userProperties?: object | null;
}

/** A message as a caller gives it; what else stands in it is kept. */
export interface MessageInput {
  /** Of the type `openai`: `system`, `user` or `assistant`. */
  role: string;
  /** A text, or a list of texts and images; of other types than `openai`, null too. */
  content?: string | readonly object[] | null;
  /** Unique in its conversation; 1 to 255 characters. Default: known by its place. */
  id?: string;
  /** RFC 3339 with an offset. Default: now. */
  createdAt?: string | null;
  [member: string]: unknown;
}

/** What a visitor thinks of a message. */
export interface FeedbackInput {
  type: 'positive' | 'negative';
  messageId: string;
  /** RFC 3339 with an offset. Default: now. */
  createdAt?: string | null;
  reasons?: readonly FeedbackReason[] | null;
  properties?: object | null;
  userProperties?: object | null;
}
