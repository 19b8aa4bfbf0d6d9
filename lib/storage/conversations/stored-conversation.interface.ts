import type { JsonObject } from '../../events/event.interface.js';

/** Who talks in a conversation: a page's chat, a ticket of a support system, or a copilot beside one. */
export type ConversationType = 'openai' | 'support_ticket' | 'support_copilot';

/** Who may read a conversation: `public` is whoever has its id and a key that pages hold. */
export type ConversationVisibility = 'private' | 'public';

/** What is told of a conversation as a whole. */
export interface ConversationFields {
  readonly type: ConversationType;
  /** Its id in another system; unique in its project and integration. */
  readonly externalId: string | null;
  readonly externalUrl: string | null;
  readonly supportTicketConversationId: string | null;
  readonly visibility: ConversationVisibility | null;
  readonly tags: readonly string[] | null;
  readonly properties: JsonObject | null;
  readonly userProperties: JsonObject | null;
}

/** A conversation without its messages. */
export interface ConversationHead extends ConversationFields {
  /** `conv_` and 122 random bits. */
  readonly id: string;
  readonly projectId: string | null;
  readonly integrationId: string | null;
  /** RFC 3339 in UTC with milliseconds, as the caller said, else when it was first received. */
  readonly createdAt: string;
  /** When it last changed, by the server's clock. */
  readonly updatedAt: string;
  /** Of a shared copy: the conversation that it was made of, with which it goes. */
  readonly originId: string | null;
}

export interface StoredConversation extends ConversationHead {
  /** In the order in which they came. */
  readonly messages: readonly StoredMessage[];
}

export interface StoredMessage {
  /** Unique in its conversation. */
  readonly id: string;
  readonly role: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** All else that was sent of it, `content` at least. */
  readonly body: JsonObject;
}

/** A message as it was sent, ready to be stored. */
export interface SentMessage {
  readonly id: string;
  /** Whether the caller gave the id; else it was made for this message, and others know the message by its text and place. */
  readonly isNamed: boolean;
  readonly role: string;
  readonly createdAt: string;
  /** The JSON text of its body. */
  readonly text: string;
  /** Of role and content. */
  readonly digest: string;
  /** Of the whole text. */
  readonly textDigest: string;
}

/** What a store of conversations is asked about. */
export type ConversationRecords = 'conversations' | 'feedback';

/** A conversation as it was sent: always whole, at each step. */
export interface ConversationWrite {
  /** Where it is a new one. */
  readonly id: string;
  /** What the caller takes for its id. */
  readonly sentId: string | null;
  readonly projectId: string | null;
  readonly integrationId: string | null;
  readonly createdAt: string;
  readonly receivedAt: string;
  /** What is absent stays as it is. */
  readonly fields: Partial<ConversationFields> & Pick<ConversationFields, 'type'>;
  readonly messages: readonly SentMessage[];
  /** By which it is found without an id. Null: its first message has no id of the caller's. */
  readonly firstKey: string | null;
  /** The `firstKey` of what it may be a copy of. */
  readonly originKey: string | null;
  /** The id of what it may be a copy of, of the same scope, where its reader was told no ids of messages. */
  readonly originId: string | null;
  /** Of its external id: a project and integration have one conversation of each. */
  readonly externalKey: string | null;
  /** Whether the sender may change what is stored; else it can only add messages. */
  readonly mayChange: boolean;
  /** How many messages a conversation may have, and bytes of their texts. */
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** What became of a conversation that was sent. */
export type ConversationOutcome =
  /** It is stored; `messages` are those that were sent, in order. */
  | { readonly head: ConversationHead; readonly messages: readonly KnownMessage[] }
  /** It was erased, and stays so; nothing is stored. */
  | 'erased'
  /** It would have more messages or bytes than it may have; nothing is stored. */
  | 'full';

/** What is known of a message without its text. */
export interface KnownMessage {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a visitor thinks of a message. */
export interface StoredFeedback {
  /** Made of what it is about and of who gave it, so that the same one is given once. */
  readonly id: string;
  readonly type: 'positive' | 'negative';
  readonly messageId: string;
  readonly projectId: string | null;
  readonly integrationId: string | null;
  /** As the caller said, else when it was received. */
  readonly createdAt: string;
  /** By the server's clock. */
  readonly updatedAt: string;
  readonly reasons: readonly FeedbackReason[] | null;
  readonly properties: JsonObject | null;
  readonly userProperties: JsonObject | null;
}

export interface FeedbackReason {
  readonly label: string;
  readonly details: string;
}

/** Feedback with the conversation that its message is of. */
export interface RatedConversation {
  readonly feedback: StoredFeedback;
  readonly conversation: StoredConversation;
}

/** Which of those that are found, from the newest on. */
export interface ConversationPage {
  readonly limit: number;
  readonly offset: number;
  /** About how many bytes of JSON it may have: it ends before what would be more, but never without one. Absent: any. */
  readonly maxBytes?: number;
}

/** Whose conversations: those of one project, of none (null), or of all (absent). */
export interface ConversationScope {
  readonly projectId?: string | null;
  readonly integrationId?: string;
}

/** The conversations of one project, of none (null), or of all but some. */
export type ConversationsOfProjects =
  { readonly projectId: string | null } | { readonly exceptProjects: readonly (string | null)[] };

/** What `purge()` has forgotten at once. */
export interface PurgedConversations {
  /** How many conversations, copies among them. */
  readonly conversations: number;
  /** Whether nothing was found, neither a conversation nor feedback: there is no more. */
  readonly isDone: boolean;
}

/** A person, by what `userKeyOf()` makes of `userProperties`. */
export interface ConversationPerson extends Pick<ConversationScope, 'projectId'> {
  readonly userKey: string;
}
