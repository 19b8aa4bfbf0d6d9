import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ConversationStore } from '../storage/conversations/conversation.store.js';
import { providedIn } from '../storage/provided-in.js';
import type { EventQuery, QueryResult } from '../storage/reading/event-query.interface.js';
import { BoundedReader } from './bounded-reader.js';
import type { ConversationQueryRequest, FeedbackQueryRequest, RecordQueryPage } from './conversation-query.interface.js';
import type { ReadingOptions } from './event-filter.interface.js';
import { ofView, parseQuery } from './grammar/query.parser.js';
import { CONVERSATIONS_VIEW } from './grammar/views/conversations.view.js';
import { FEEDBACK_VIEW } from './grammar/views/feedback.view.js';
import type { QueryView } from './grammar/views/query-view.interface.js';
import { rowsOf } from './paging.js';
import { conversationScope } from './conversation-scope.js';
import { cursorOf } from './query-cursor.js';
import { readingOptions } from './reading-options.js';
import { recordRow } from './record-row.js';

/**
 * Asks about conversations and feedback from the host's own code: what `POST query/conversations` and `POST query/feedback` answer,
 * within the limits of queries about events. Each method throws what those of `EventQueryService` throw, and `NotFoundException`
 * where no `EventLogConversationsModule` is imported. Without a `scope`, those of all projects are read.
 */
@Injectable()
export class ConversationQueryService {
  @Inject(BoundedReader) private readonly reader!: BoundedReader;
  @Inject(ModuleRef) private readonly modules!: ModuleRef;

  /**
   * A page of the answer to a query about conversations.
   *
   * @example
   * ```ts
   * const { result } = await this.queries.conversations({
   *   select: [{ type: 'time', timeUnit: 'day' }, { type: 'aggregation', aggregation: 'avg', field: 'userMessageCount' }],
   * });
   * // [{ firstMessageTime_day: '2026-01-30T00:00:00.000Z', avg_userMessageCount: 2.5 }, …]
   * ```
   */
  conversations(request: ConversationQueryRequest = {}, options?: ReadingOptions): Promise<RecordQueryPage> {
    return this.pageOf(CONVERSATIONS_VIEW, request, options);
  }

  /**
   * The same about feedback on conversations that are stored.
   *
   * @example
   * ```ts
   * const { result } = await this.queries.feedback({
   *   select: [{ type: 'aggregation', aggregation: 'count' }],
   *   groupBy: [{ field: 'type' }],
   * });
   * // [{ type: 'positive', count: 42 }, { type: 'negative', count: 7 }]
   * ```
   */
  feedback(request: FeedbackQueryRequest = {}, options?: ReadingOptions): Promise<RecordQueryPage> {
    return this.pageOf(FEEDBACK_VIEW, request, options);
  }

  private async pageOf(view: QueryView, request: unknown, options?: ReadingOptions): Promise<RecordQueryPage> {
    const { scope, signal } = readingOptions(options);
    const ask = this.queryOf(view);
    const planned = parseQuery(request, conversationScope(scope), view);
    const { query, question } = planned;
    const { rows, total = rows.length, next } = await rowsOf({ query: ask }, query, signal);
    const result = rows.map((row) => recordRow(planned, row));
    const nextCursor = cursorOf(ofView(view, question), next);
    return { result, total, pageSize: query.limit, count: result.length, nextCursor };
  }

  private queryOf({ records }: QueryView): (query: EventQuery, signal?: AbortSignal) => Promise<QueryResult> {
    const store = providedIn(this.modules, ConversationStore);
    if (store === undefined) throw new NotFoundException(UNKEPT);
    if (store.query === undefined) throw new NotFoundException(UNASKABLE);
    const read = store.query.bind(store, records === 'feedback' ? 'feedback' : 'conversations');
    return (query, signal) => this.reader.run(`query ${records}`, (options) => read(query, options), signal, query.after);
  }
}

const UNKEPT = 'This server keeps no conversations and no feedback: its host imports no EventLogConversationsModule';
const UNASKABLE = 'The store of conversations of this server answers no queries: it has no method `query`';
