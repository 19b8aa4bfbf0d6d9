import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ConversationStore } from '../../storage/conversations/conversation.store.js';
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
} from '../../storage/conversations/stored-conversation.interface.js';
import type { EventQuery, KeyCount, KeyQuery, QueryResult, ReadOptions } from '../../storage/reading/event-query.interface.js';
import { sql } from '../../sql/sql.js';
import { ConversationDatabase, namesOf, valuesOf } from './conversation-database.js';
import { ConversationEraser } from './conversation-eraser.js';
import type { ConversationQueries } from './conversation-queries.js';
import { ConversationReader } from './conversation-reader.js';
import { FEEDBACK_COLUMNS, valuesOfFeedback } from './conversation-rows.js';
import { ConversationWriter } from './conversation-writer.js';

/**
 * Keeps conversations and feedback in a TypeORM data source: better-sqlite3, PostgreSQL, MySQL or MariaDB, each message in a row. It
 * needs `eventLogConversationMigrations`.
 */
export class TypeOrmConversationStore extends ConversationStore implements OnModuleInit, OnApplicationShutdown {
  private readonly database: ConversationDatabase;
  private readonly writer: ConversationWriter;
  private readonly reader: ConversationReader;
  private readonly eraser: ConversationEraser;
  private queries?: ConversationQueries;

  constructor(private readonly dataSource: DataSource) {
    super();
    this.database = new ConversationDatabase(dataSource);
    this.writer = new ConversationWriter(this.database);
    this.reader = new ConversationReader(this.database);
    this.eraser = new ConversationEraser(this.database);
  }

  /** Whether a host of this database keeps conversations in it. */
  static isUsedIn(dataSource: DataSource): Promise<boolean> {
    return new ConversationDatabase(dataSource).isThere();
  }

  onModuleInit(): Promise<void> {
    return this.database.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queries?.close();
  }

  save(conversation: ConversationWrite): Promise<ConversationOutcome> {
    return this.writer.save(conversation);
  }

  find(id: string, scope: ConversationScope): Promise<StoredConversation | undefined> {
    return this.reader.find(id, scope);
  }

  findByExternalId(externalId: string, scope: ConversationScope): Promise<StoredConversation | undefined> {
    return this.reader.findByExternalId(externalId, scope);
  }

  list(scope: ConversationScope, page: ConversationPage): Promise<{ conversations: StoredConversation[]; total: number }> {
    return this.reader.list(scope, page);
  }

  erase(id: string, scope: ConversationScope): Promise<boolean> {
    return this.eraser.erase(id, scope);
  }

  eraseOf(person: ConversationPerson): Promise<number> {
    return this.eraser.eraseOf(person);
  }

  idsOf(person: ConversationPerson): Promise<string[]> {
    return this.reader.idsOf(person);
  }

  feedbackOf(person: ConversationPerson): Promise<StoredFeedback[]> {
    return this.reader.feedbackOf(person);
  }

  searched(): readonly string[] {
    return this.database.names;
  }

  purge(before: Date, limit: number, among: ConversationsOfProjects): Promise<PurgedConversations> {
    return this.eraser.purge(before, limit, among);
  }

  countOld(before: Date, among: ConversationsOfProjects): Promise<number> {
    return this.eraser.countOld(before, among);
  }

  async rate(feedback: StoredFeedback): Promise<void> {
    const { feedback: table, words } = this.database;
    const insert = sql`INSERT INTO ${table} (${namesOf(FEEDBACK_COLUMNS)}) VALUES (${valuesOf(valuesOfFeedback(feedback))})`;
    await this.database.write(sql`${insert} ${words.ifNewer(table)}`);
  }

  findFeedback(id: string, scope: ConversationScope): Promise<RatedConversation | undefined> {
    return this.reader.findFeedback(id, scope);
  }

  listFeedback(
    scope: ConversationScope,
    page: ConversationPage,
  ): Promise<{ feedback: RatedConversation[]; positive: number; negative: number }> {
    return this.reader.listFeedback(scope, page);
  }

  override async query(records: ConversationRecords, query: EventQuery, options: ReadOptions): Promise<QueryResult> {
    return (await this.loadQueries()).answer(records, query, options);
  }

  override async keys(records: ConversationRecords, query: KeyQuery, options: ReadOptions): Promise<KeyCount[]> {
    return (await this.loadQueries()).keys(records, query, options);
  }

  private async loadQueries(): Promise<ConversationQueries> {
    if (this.queries === undefined) {
      // Hosts that query nothing load nothing of this.
      const { ConversationQueries } = await import('./conversation-queries.js');
      this.queries ??= new ConversationQueries(this.dataSource, this.database);
    }
    return this.queries;
  }
}
