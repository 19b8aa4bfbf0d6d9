import type { DataSource } from 'typeorm';
import { answerOf } from '../../sql/query-answer.js';
import type { ConversationRecords } from '../../storage/conversations/stored-conversation.interface.js';
import type { EventQuery, QueryResult, ReadOptions } from '../../storage/reading/event-query.interface.js';
import type { ReadDatabase } from '../engines/read-database.js';
import { readDatabaseOf } from '../engines/read-database-of.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';
import { asked } from '../reading/asked.js';
import { once } from '../../timing/once.js';
import type { ConversationDatabase } from './conversation-database.js';
import { conversationSourceOf } from './conversation-source.js';

/** Answers queries about conversations and feedback, by the connections that events are read with. */
export class ConversationQueries {
  private readonly database: ReadDatabase;
  /** Whether the server can be read. */
  private readonly check = once(async () => this.database.checkServer?.(performance.now() + DEFAULT_TIMEOUT_MS));

  constructor(
    private readonly dataSource: DataSource,
    private readonly tables: ConversationDatabase,
  ) {
    this.database = readDatabaseOf(dataSource);
  }

  async answer(records: ConversationRecords, query: EventQuery, options: ReadOptions): Promise<QueryResult> {
    await this.check();
    const source = conversationSourceOf(records, query.scope, this.dataSource, this.tables, this.database.guard?.('e'));
    return asked(this.database, source.dialect, records, options, (run) => answerOf(query, source, run));
  }

  /** Ends what was started for reading. */
  async close(): Promise<void> {
    await this.database.close?.();
  }
}
