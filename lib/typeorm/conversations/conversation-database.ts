import type { DataSource } from 'typeorm';
import { OwnTables } from '../engines/own-tables.js';
import { tableName } from '../engines/table-name.js';
import { bind, type BoundValue, joined, quotedBefore, type Sql, sql } from '../../sql/sql.js';
import { FEEDBACK_COLUMNS, HEAD_COLUMNS, MARK_COLUMNS, MESSAGE_COLUMNS } from './conversation-rows.js';
import { CONVERSATIONS, FEEDBACK, MESSAGES } from './conversation-tables.js';
import { type ConversationWords, conversationWordsOf } from './conversation-words.js';

/** The tables of conversations. Their times are texts, so that they are compared as such. */
export class ConversationDatabase extends OwnTables {
  readonly conversations: Sql;
  readonly messages: Sql;
  readonly feedback: Sql;
  readonly selectHeads: Sql;
  readonly selectMarks: Sql;
  readonly selectMessages: Sql;
  readonly selectFeedback: Sql;
  readonly words: ConversationWords;
  /** Their names, as the data source has them. */
  readonly names: readonly string[];

  constructor(dataSource: DataSource) {
    super(dataSource, 'conversations', []);
    this.names = [CONVERSATIONS, MESSAGES, FEEDBACK].map((table) => tableName(dataSource, table));
    this.words = conversationWordsOf(dataSource);
    this.conversations = this.nameOf(CONVERSATIONS);
    this.messages = this.nameOf(MESSAGES);
    this.feedback = this.nameOf(FEEDBACK);
    this.selectHeads = this.selectOf(HEAD_COLUMNS, this.conversations);
    this.selectMarks = this.selectOf(MARK_COLUMNS, this.messages);
    this.selectMessages = this.selectOf(MESSAGE_COLUMNS, this.messages);
    this.selectFeedback = this.selectOf(FEEDBACK_COLUMNS, this.feedback);
  }

  /** Whether the host has migrated for them. */
  isThere(): Promise<boolean> {
    return this.has(CONVERSATIONS);
  }

  open(): Promise<void> {
    return this.openAll([
      [CONVERSATIONS, HEAD_COLUMNS],
      [MESSAGES, MESSAGE_COLUMNS],
      [FEEDBACK, FEEDBACK_COLUMNS],
    ]);
  }

  /** Whether feedback is on a message of its project, in conversations with this condition. */
  ratedWhere(condition: Sql, feedback = this.feedback): Sql {
    return sql`EXISTS (SELECT 1 ${this.fromRated(feedback)} AND ${condition})`;
  }

  /** Selects the conversation with this condition that had the message of feedback first by the server's clock. */
  conversationOfRated(condition: Sql, feedback: Sql): Sql {
    return sql`SELECT conversations.id ${this.fromRated(feedback)} AND ${condition} ORDER BY messages.updated_at, conversations.id LIMIT 1`;
  }

  private fromRated(feedback: Sql): Sql {
    const isOfProject = sql`(conversations.project_id = ${feedback}.project_id OR conversations.project_id IS NULL AND ${feedback}.project_id IS NULL)`;
    const joined = sql`${this.messages} AS messages JOIN ${this.conversations} AS conversations ON conversations.id = messages.conversation_id`;
    return sql`FROM ${joined} WHERE messages.id = ${feedback}.message_id AND ${isOfProject}`;
  }
}

/** The names of columns, as text of a statement. */
export function namesOf(columns: readonly string[]): Sql {
  return joined(columns.map(quotedBefore), ', ');
}

/** Bound values, in order. */
export function valuesOf(values: readonly BoundValue[]): Sql {
  return joined(values.map(bind), ', ');
}

/** `column IN (…)` of at least one value. */
export function among(column: Sql, values: readonly string[]): Sql {
  return sql`${column} IN (${valuesOf(values)})`;
}
