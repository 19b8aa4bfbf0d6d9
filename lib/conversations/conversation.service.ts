import { GoneException, Inject, Injectable } from '@nestjs/common';
import type { EventScope } from '../events/event-scope.interface.js';
import type {
  ConversationPage,
  ConversationScope,
  StoredConversation,
} from '../storage/conversations/stored-conversation.interface.js';
import { BoundedConversations } from './bounded-conversations.js';
import { answerToReader, answerToSender, feedbackToReader, feedbackToSender } from './conversation-answer.js';
import type {
  ConversationAnswer,
  ConversationsAnswer,
  FeedbackAnswer,
  FeedbackListAnswer,
  RatedAnswer,
} from './conversation-answer.interface.js';
import type { ConversationInput, FeedbackInput } from './conversation-input.interface.js';
import { ConversationParser, fullConversation } from './conversation-parser.js';
import { FeedbackParser } from './feedback-parser.js';

/** Of a page: some chats of the largest size. What would be more is the next page. */
const MAX_ANSWER = 8 * 1024 * 1024;

/**
 * Keeps and reads conversations and feedback from the host's own code, as the routes do. Each method throws
 * `ServiceUnavailableException` where the store can't be reached. Without a `scope`, what is read or deleted is of all projects.
 */
@Injectable()
export class ConversationService {
  // Injected as properties, so that a subclass has its constructor for itself.
  @Inject(BoundedConversations) private readonly conversations!: BoundedConversations;
  @Inject(ConversationParser) private readonly parser!: ConversationParser;
  @Inject(FeedbackParser) private readonly feedbackParser!: FeedbackParser;

  /**
   * Stores what is new of a conversation. Throws `InvalidConversationException` with field errors, `ForbiddenException` where it
   * contradicts the scope, and `GoneException` where it was erased.
   *
   * @example
   * ```ts
   * const { id } = await this.conversations.log({ type: 'support_ticket', externalId: ticket.id, messages }, { projectId: 'shop' });
   * ```
   */
  log(conversation: ConversationInput, scope: EventScope = {}): Promise<ConversationAnswer> {
    return this.save(JSON.parse(JSON.stringify(conversation)), scope, true);
  }

  /** The same of what `JSON.parse` made. Who may not change what is stored can only add to it. */
  async save(value: unknown, scope: EventScope, mayChange: boolean): Promise<ConversationAnswer> {
    const write = this.parser.parse(value, scope, mayChange);
    const outcome = await this.conversations.run((store) => store.save(write));
    if (outcome === 'full') throw fullConversation(write);
    if (outcome === 'erased') throw new GoneException('The conversation was erased: begin a new one');
    return answerToSender(outcome.head, outcome.messages, write);
  }

  /** The conversation with an id as it is stored; undefined where the scope has none. */
  find(id: string, scope: ConversationScope = {}): Promise<StoredConversation | undefined> {
    return this.conversations.run((store) => store.find(id, scope));
  }

  /** The same by its id in another system. */
  findByExternalId(externalId: string, scope: ConversationScope = {}): Promise<StoredConversation | undefined> {
    return this.conversations.run((store) => store.findByExternalId(externalId, scope));
  }

  /** Those that changed last, first. A page of large ones has fewer than `limit`: go on at `offset` + `count`. */
  async list(page: ConversationPage, scope: ConversationScope = {}): Promise<ConversationsAnswer> {
    const { conversations, total } = await this.conversations.run((store) =>
      store.list(scope, { maxBytes: MAX_ANSWER, ...page }),
    );
    return { conversations: conversations.map(answerToReader), total, pageSize: page.limit, count: conversations.length };
  }

  /** Erases a conversation, with its shared copies and its feedback. False: the scope has none. */
  delete(id: string, scope: ConversationScope = {}): Promise<boolean> {
    return this.conversations.run((store) => store.erase(id, scope));
  }

  /** Stores feedback; the same again takes its place. Throws `InvalidConversationException` with field errors. */
  submitFeedback(feedback: FeedbackInput, scope: EventScope = {}): Promise<FeedbackAnswer> {
    return this.saveFeedback(JSON.parse(JSON.stringify(feedback)), scope);
  }

  /** The same of what `JSON.parse` made. */
  async saveFeedback(value: unknown, scope: EventScope): Promise<FeedbackAnswer> {
    const feedback = this.feedbackParser.parse(value, scope);
    await this.conversations.run((store) => store.rate(feedback));
    // Not what is stored: that may be of somebody else.
    return feedbackToSender(feedback);
  }

  /** Feedback with its conversation; undefined where the scope has none, or its conversation is not stored. */
  async findFeedback(id: string, scope: ConversationScope = {}): Promise<RatedAnswer | undefined> {
    const rated = await this.conversations.run((store) => store.findFeedback(id, scope));
    return rated && feedbackToReader(rated);
  }

  /** What feedback came last, first, of what conversations are stored. Of large ones, a page has fewer than `limit`. */
  async listFeedback(page: ConversationPage, scope: ConversationScope = {}): Promise<FeedbackListAnswer> {
    const { feedback, positive, negative } = await this.conversations.run((store) => {
      return store.listFeedback(scope, { maxBytes: MAX_ANSWER, ...page });
    });
    const ofType = (type: string) => feedback.filter((one) => one.feedback.type === type).map(feedbackToReader);
    return {
      positiveFeedbackCount: positive,
      negativeFeedbackCount: negative,
      positiveFeedback: ofType('positive'),
      negativeFeedback: ofType('negative'),
    };
  }
}
