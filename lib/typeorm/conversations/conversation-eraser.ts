import type {
  ConversationPerson,
  ConversationScope,
  ConversationsOfProjects,
  PurgedConversations,
} from '../../storage/conversations/stored-conversation.interface.js';
import { bind, integer, joined, type Sql, sql } from '../../sql/sql.js';
import { among, type ConversationDatabase } from './conversation-database.js';
import { inScope, ofPerson } from './conversation-reader.js';

/** How many conversations go at once. */
const SLICE = 100;

/** Why a conversation goes: erased, its row stays to say so; expired, it goes as well. */
type End = 'erased' | 'expired';

/**
 * Takes conversations away, in statements of which each may be the last: what was begun is found again and ended. Marked first, so
 * that nothing is added any more, and the person last, by whom they are found.
 */
export class ConversationEraser {
  constructor(private readonly database: ConversationDatabase) {}

  async erase(id: string, scope: ConversationScope): Promise<boolean> {
    const isOne = sql`id = ${bind(id)} AND ${inScope(scope)}`;
    const kept = await this.idsWhere(sql`${isOne} AND state = 'kept'`);
    // One that was marked before may not have come to its end.
    await this.end(await this.idsWhere(isOne), 'erased');
    return kept.length > 0;
  }

  async eraseOf(person: ConversationPerson): Promise<number> {
    const isTheirs = ofPerson(person);
    // Once, as it would not end while the person goes on.
    const ids = await this.idsWhere(isTheirs);
    await this.end(ids, 'erased');
    return ids.length + (await this.database.write(sql`DELETE FROM ${this.database.feedback} WHERE ${isTheirs}`));
  }

  async purge(before: Date, limit: number, projects: ConversationsOfProjects): Promise<PurgedConversations> {
    const old = isOlder(before, projects);
    const some = integer(Math.min(limit, SLICE));
    const ids = await this.idsWhere(sql`${old} AND state <> 'erased' ORDER BY updated_at LIMIT ${some}`);
    // Those that have changed meanwhile are kept.
    const conversations = await this.end(ids, 'expired', old);
    const { feedback } = this.database;
    const given = await this.database.read(sql`SELECT id FROM ${feedback} WHERE ${old} ORDER BY updated_at LIMIT ${some}`);
    const feedbackIds = given.map(({ id }) => id!);
    if (feedbackIds.length > 0) {
      await this.database.write(sql`DELETE FROM ${feedback} WHERE ${among(sql`id`, feedbackIds)} AND ${old}`);
    }
    return { conversations, isDone: ids.length + feedbackIds.length === 0 };
  }

  async countOld(before: Date, projects: ConversationsOfProjects): Promise<number> {
    const { conversations } = this.database;
    const over = sql`${isOlder(before, projects)} AND state <> 'erased'`;
    const copies = sql`origin_id IN (SELECT id FROM ${conversations} WHERE ${over})`;
    const [{ found }] = await this.database.read(
      sql`SELECT count(*) AS found FROM ${conversations} WHERE (${over}) OR ${copies}`,
    );
    return Number(found);
  }

  /** Resolves to how many have gone, copies among them. */
  private async end(ids: readonly string[], state: End, only = sql`1 = 1`): Promise<number> {
    if (ids.length === 0) return 0;
    const { conversations } = this.database;
    const marked = sql`UPDATE ${conversations} SET ${emptied(state)} WHERE ${among(sql`id`, ids)} AND ${only}`;
    await this.database.write(marked);
    const ended = await this.idsWhere(sql`${among(sql`id`, ids)} AND state = ${bind(state)}`);
    if (ended.length === 0) return 0;
    await this.database.write(sql`UPDATE ${conversations} SET ${emptied(state)} WHERE ${among(sql`origin_id`, ended)}`);
    const copies = await this.idsWhere(among(sql`origin_id`, ended));
    const all = [...new Set([...ended, ...copies])];
    await this.forgetMessages(all);
    if (state === 'expired') await this.database.write(sql`DELETE FROM ${conversations} WHERE ${among(sql`id`, all)}`);
    else await this.database.write(sql`UPDATE ${conversations} SET user_key = NULL WHERE ${among(sql`id`, all)}`);
    return all.length;
  }

  private async forgetMessages(ids: readonly string[]): Promise<void> {
    const { messages, feedback } = this.database;
    // Ids of messages are unique in their conversations alone: another one that is kept keeps what is on its message.
    const isKept = this.database.ratedWhere(sql`conversations.state = 'kept'`);
    const rated = this.database.ratedWhere(among(sql`conversations.id`, ids));
    const known = sql`SELECT id FROM ${messages} WHERE ${among(sql`conversation_id`, ids)}`;
    await this.database.write(sql`DELETE FROM ${feedback} WHERE message_id IN (${known}) AND ${rated} AND NOT ${isKept}`);
    await this.database.write(sql`DELETE FROM ${messages} WHERE ${among(sql`conversation_id`, ids)}`);
  }

  private async idsWhere(where: Sql): Promise<string[]> {
    const rows = await this.database.read(sql`SELECT id FROM ${this.database.conversations} WHERE ${where}`);
    return rows.map(({ id }) => id!);
  }
}

/** What has not changed since a time, of these projects. */
function isOlder(before: Date, of: ConversationsOfProjects): Sql {
  const old = sql`updated_at < ${bind(before.toISOString())}`;
  if ('projectId' in of) return sql`${old} AND ${inScope(of)}`;
  const projects = of.exceptProjects.filter((project) => project !== null);
  const isOther = projects.length === 0 ? sql`1 = 1` : sql`project_id NOT IN (${joined(projects.map(bind), ', ')})`;
  const isOfNone = sql`project_id IS NULL`;
  return of.exceptProjects.includes(null)
    ? sql`${old} AND project_id IS NOT NULL AND ${isOther}`
    : sql`${old} AND (${isOfNone} OR ${isOther})`;
}

/** What a conversation is set to, of which nothing is kept that was told of it. */
function emptied(state: End): Sql {
  return sql`state = ${bind(state)}, external_id = NULL, external_key = NULL, external_url = NULL, support_ticket_conversation_id = NULL, tags = NULL, properties = NULL, user_properties = NULL`;
}
