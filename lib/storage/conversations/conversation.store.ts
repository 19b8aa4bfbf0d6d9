import type { EventQuery, KeyCount, KeyQuery, QueryResult, ReadOptions } from '../reading/event-query.interface.js';
import type {
  ConversationOutcome,
  ConversationPage,
  ConversationPerson,
  ConversationRecords,
  ConversationScope,
  ConversationsOfProjects,
  ConversationWrite,
  PurgedConversations,
  RatedConversation,
  StoredConversation,
  StoredFeedback,
} from './stored-conversation.interface.js';

/**
 * Where conversations and feedback are kept: contract and injection token in one. Throws `ServiceUnavailableException` where the
 * store can't be reached. `nestjs-event-log/testing` checks an implementation.
 */
export abstract class ConversationStore {
  /**
   * Stores what is new of a conversation, once it is durable. It is the stored one that has `sentId`, this scope and the
   * same first message; else one of its external id that the sender may go on with, of the same integration first; else
   * that of its `firstKey`; else a new one. However many send it at once, it is one conversation with each message once.
   * Messages are known by their ids, those without by their places. None is removed, and only who `mayChange` changes
   * what is stored; a copy, nobody else.
   */
  abstract save(conversation: ConversationWrite): Promise<ConversationOutcome>;

  abstract find(id: string, scope: ConversationScope): Promise<StoredConversation | undefined>;

  /** The one that changed last, where several projects have one. */
  abstract findByExternalId(externalId: string, scope: ConversationScope): Promise<StoredConversation | undefined>;

  /** Those that changed last, first, and how many there are in all. */
  abstract list(
    scope: ConversationScope,
    page: ConversationPage,
  ): Promise<{ conversations: StoredConversation[]; total: number }>;

  /**
   * Takes away what a conversation holds, with its copies and its feedback; only its id and `firstKey` are kept, so that it stays
   * erased. Feedback stays while another conversation of its project that is kept has the message. False: there is none.
   */
  abstract erase(id: string, scope: ConversationScope): Promise<boolean>;

  /**
   * The same of all that a person had said when it began, and of the person's feedback. Tells how many conversations and feedback
   * there were.
   */
  abstract eraseOf(person: ConversationPerson): Promise<number>;

  /** The ids of all that a person has said, the oldest first: what `eraseOf()` would take, but for copies of others. */
  abstract idsOf(person: ConversationPerson): Promise<string[]>;

  /** All feedback that a person has given, the oldest first, also on messages that are not stored. */
  abstract feedbackOf(person: ConversationPerson): Promise<StoredFeedback[]>;

  /** What is looked through for a person, for the receipt: names of tables, or the like. */
  abstract searched(): readonly string[];

  /**
   * Forgets conversations that have not changed since a time, with their copies and feedback, and feedback given before it: about
   * `limit` of them, those that were erased excepted.
   */
  abstract purge(before: Date, limit: number, among: ConversationsOfProjects): Promise<PurgedConversations>;

  /** How many conversations `purge()` would forget in all. */
  abstract countOld(before: Date, among: ConversationsOfProjects): Promise<number>;

  /** Stores feedback, in place of what has its id and no later `updatedAt`: what a caller says of the time decides nothing. */
  abstract rate(feedback: StoredFeedback): Promise<void>;

  /** Feedback with the stored conversation of its project and of the scope that had the message first by the server's clock. */
  abstract findFeedback(id: string, scope: ConversationScope): Promise<RatedConversation | undefined>;

  /** Such feedback, what was received last first, and how many of it there are. */
  abstract listFeedback(
    scope: ConversationScope,
    page: ConversationPage,
  ): Promise<{ feedback: RatedConversation[]; positive: number; negative: number }>;

  /**
   * The rows that answer a query, as `EventReader.query()` gives them of events. A conversation is asked for as if it were an event of
   * its `id`, `type`, project, integration and properties, `createdAt` that of its first message, and `fields` of
   * `{ userMessageCount }`; feedback with its `messageId`, the `conversationId` that `findFeedback()` gives it in the
   * scope of the query, and `fields` of `{ reasons }`. Feedback whose conversation is not stored is left out. Absent: the
   * store answers no queries.
   */
  query?(records: ConversationRecords, query: EventQuery, options: ReadOptions): Promise<QueryResult>;

  /** The keys at the top of a JSON field of what `query()` asks about, as `EventReader.keys()` gives them. Absent: none are told. */
  keys?(records: ConversationRecords, query: KeyQuery, options: ReadOptions): Promise<KeyCount[]>;
}
