import type { DataSource } from 'typeorm';
import type { EventSource } from '../../sql/event-source.js';
import { keysOf } from '../../sql/keys-sql.js';
import { answerOf } from '../../sql/query-answer.js';
import type { RunSql } from '../../sql/sql.js';
import type { ConversationRecords } from '../../storage/conversations/stored-conversation.interface.js';
import type {
  EventQuery,
  KeyCount,
  KeyQuery,
  QueryResult,
  ReadOptions,
  ReadScope,
} from '../../storage/reading/event-query.interface.js';
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

  answer(records: ConversationRecords, query: EventQuery, options: ReadOptions): Promise<QueryResult> {
    return this.read(records, query.scope, options, (source, run) => answerOf(query, source, run));
  }

  keys(records: ConversationRecords, query: KeyQuery, options: ReadOptions): Promise<KeyCount[]> {
    return this.read(records, query.scope, options, (source, run) => keysOf(query, source, run));
  }

  private async read<T>(
    records: ConversationRecords,
    scope: ReadScope,
    options: ReadOptions,
    work: (source: EventSource, run: RunSql) => Promise<T>,
  ): Promise<T> {
    await this.check();
    const source = conversationSourceOf(records, scope, this.dataSource, this.tables, this.database.guard?.('e'));
    return asked(this.database, source.dialect, records, options, (run) => work(source, run));
  }

  /** Ends what was started for reading. */
  async close(): Promise<void> {
    await this.database.close?.();
  }
}
