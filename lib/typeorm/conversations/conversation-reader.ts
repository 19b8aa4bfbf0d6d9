import { partOf } from '../../storage/conversations/part-of.js';
import type {
  ConversationPage,
  ConversationPerson,
  ConversationScope,
  RatedConversation,
  StoredConversation,
  StoredFeedback,
} from '../../storage/conversations/stored-conversation.interface.js';
import type { TextRow } from '../engines/database.js';
import { bind, integer, joined, type Sql, sql } from '../../sql/sql.js';
import { among, type ConversationDatabase } from './conversation-database.js';
import { toFeedback, toHead, toMessage } from './conversation-rows.js';

/** Reads conversations whole, and feedback with them. */
export class ConversationReader {
  constructor(private readonly database: ConversationDatabase) {}

  async find(id: string, scope: ConversationScope): Promise<StoredConversation | undefined> {
    return (await this.conversationsWhere(sql`id = ${bind(id)} AND ${keptIn(scope)}`))[0];
  }

  async findByExternalId(externalId: string, scope: ConversationScope): Promise<StoredConversation | undefined> {
    const where = sql`external_id = ${bind(externalId)} AND ${keptIn(scope)} ${newest} LIMIT 1`;
    return (await this.conversationsWhere(where))[0];
  }

  async list(scope: ConversationScope, page: ConversationPage) {
    const where = keptIn(scope);
    const [counted] = await this.database.read(sql`SELECT count(*) AS total FROM ${this.database.conversations} WHERE ${where}`);
    const ids = await this.pageOf(this.database.conversations, where, page);
    const conversations = await partOf(ids, page.maxBytes, (some) => {
      return this.conversationsWhere(sql`${among(sql`id`, some)} AND ${where} ${newest}`);
    });
    return { conversations, total: Number(counted.total) };
  }

  async findFeedback(id: string, scope: ConversationScope): Promise<RatedConversation | undefined> {
    const where = sql`id = ${bind(id)} AND ${inScope(scope)} AND ${this.database.ratedWhere(keptFor(scope))}`;
    return (await this.feedbackWhere(where, scope))[0];
  }

  async listFeedback(scope: ConversationScope, page: ConversationPage) {
    const { feedback } = this.database;
    const where = sql`${inScope(scope)} AND ${this.database.ratedWhere(keptFor(scope))}`;
    const counted = await this.database.read(sql`SELECT type, count(*) AS total FROM ${feedback} WHERE ${where} GROUP BY type`);
    const totalOf = (type: string) => Number(counted.find((row) => row.type === type)?.total ?? 0);
    const ids = await this.pageOf(feedback, where, page);
    const found = await partOf(ids, page.maxBytes, (some) => {
      return this.feedbackWhere(sql`${among(sql`id`, some)} ${newest}`, scope);
    });
    return { feedback: found, positive: totalOf('positive'), negative: totalOf('negative') };
  }

  async idsOf(person: ConversationPerson): Promise<string[]> {
    const { conversations } = this.database;
    const isTheirs = sql`${ofPerson(person)} AND state = 'kept'`;
    const rows = await this.database.read(sql`SELECT id FROM ${conversations} WHERE ${isTheirs} ${oldest}`);
    return rows.map(({ id }) => id!);
  }

  async feedbackOf(person: ConversationPerson): Promise<StoredFeedback[]> {
    return (await this.database.read(sql`${this.database.selectFeedback} WHERE ${ofPerson(person)} ${oldest}`)).map(toFeedback);
  }

  private async pageOf(table: Sql, where: Sql, { limit, offset }: ConversationPage): Promise<string[]> {
    const part = sql`LIMIT ${integer(limit)} OFFSET ${integer(offset)}`;
    return (await this.database.read(sql`SELECT id FROM ${table} WHERE ${where} ${newest} ${part}`)).map(({ id }) => id!);
  }

  private async conversationsWhere(where: Sql): Promise<StoredConversation[]> {
    const heads = (await this.database.read(sql`${this.database.selectHeads} WHERE ${where}`)).map(toHead);
    if (heads.length === 0) return [];
    const ofThese = among(
      sql`conversation_id`,
      heads.map(({ id }) => id),
    );
    const { selectMessages } = this.database;
    const rows = await this.database.read(sql`${selectMessages} WHERE ${ofThese} ORDER BY conversation_id, position`);
    const messages = new Map<string | null, TextRow[]>(heads.map(({ id }) => [id, []]));
    for (const row of rows) messages.get(row.conversation_id)!.push(row);
    return heads.map((head) => ({ ...head, messages: messages.get(head.id)!.map(toMessage) }));
  }

  private async feedbackWhere(where: Sql, scope: ConversationScope): Promise<RatedConversation[]> {
    const found = (await this.database.read(sql`${this.database.selectFeedback} WHERE ${where}`)).map(toFeedback);
    if (found.length === 0) return [];
    const ids = await this.conversationIdsOf(found, scope);
    const ofThese = among(sql`id`, [...new Set(ids.values())]);
    const conversations = await this.conversationsWhere(sql`${ofThese} AND state = 'kept'`);
    return found.flatMap((feedback) => {
      const conversation = conversations.find(({ id }) => id === ids.get(feedback.id));
      return conversation === undefined ? [] : [{ feedback, conversation }];
    });
  }

  /** Of each feedback, the conversation of its project and of a scope that had the message first by the clock of the server. */
  private async conversationIdsOf(feedback: readonly StoredFeedback[], scope: ConversationScope): Promise<Map<string, string>> {
    const { conversations, messages } = this.database;
    const rated = among(sql`messages.id`, [...new Set(feedback.map(({ messageId }) => messageId))]);
    const rows = await this.database.read(
      sql`SELECT messages.id AS message_id, conversations.id AS id, conversations.project_id AS project_id FROM ${messages} AS messages JOIN ${conversations} AS conversations ON conversations.id = messages.conversation_id WHERE ${rated} AND ${keptFor(scope)} ORDER BY messages.updated_at, conversations.id`,
    );
    const found = feedback.map(({ id, messageId, projectId }): [string, string] => {
      const row = rows.find(({ message_id, project_id }) => message_id === messageId && project_id === projectId);
      return [id, row?.id ?? ''];
    });
    return new Map(found);
  }
}

const oldest = sql`ORDER BY created_at, id`;
const newest = sql`ORDER BY updated_at DESC, id DESC`;

function keptIn(scope: ConversationScope): Sql {
  return sql`state = 'kept' AND ${inScope(scope)}`;
}

/** The same of `conversations` that are joined to feedback of the scope, with which they share the project. */
export function keptFor({ integrationId }: ConversationScope): Sql {
  const isKept = sql`conversations.state = 'kept'`;
  return integrationId === undefined ? isKept : sql`${isKept} AND conversations.integration_id = ${bind(integrationId)}`;
}

/** What is of a person; nothing of nobody. */
export function ofPerson({ userKey, projectId }: ConversationPerson): Sql {
  return userKey === '' ? sql`1 = 0` : sql`user_key = ${bind(userKey)} AND ${inScope({ projectId })}`;
}

/** What is of a scope. */
export function inScope({ projectId, integrationId }: ConversationScope): Sql {
  const conditions = [sql`1 = 1`];
  if (projectId === null) conditions.push(sql`project_id IS NULL`);
  else if (projectId !== undefined) conditions.push(sql`project_id = ${bind(projectId)}`);
  if (integrationId !== undefined) conditions.push(sql`integration_id = ${bind(integrationId)}`);
  return joined(conditions, ' AND ');
}
