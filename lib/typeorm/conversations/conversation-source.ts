import type { DataSource } from 'typeorm';
import { EventSource } from '../../sql/event-source.js';
import { quotedBefore, type Sql, sql } from '../../sql/sql.js';
import type { ConversationRecords, ConversationScope } from '../../storage/conversations/stored-conversation.interface.js';
import { dialectOf } from '../reading/dialect-of.js';
import type { ConversationDatabase } from './conversation-database.js';
import { keptFor } from './conversation-reader.js';
import { type RecordWords, recordWordsOf } from './record-words.js';

/**
 * Conversations or feedback with the columns that events have, as what reads events asks for them, see `ConversationStore.query()`.
 * Their ids are unique in all projects. Of feedback, that on conversations of the scope in which it is asked for.
 */
export function conversationSourceOf(
  records: ConversationRecords,
  scope: ConversationScope,
  dataSource: DataSource,
  database: ConversationDatabase,
  guard = 'TRUE',
): EventSource {
  const words = recordWordsOf(dataSource);
  const table = records === 'feedback' ? feedbackSql(database, words, scope) : conversationsSql(database, words);
  // Not by a table of buckets: no index has these times, so all would be read again for each of them.
  const dialect = { ...dialectOf(dataSource), hasUserKeys: true, bucketTable: undefined };
  return new EventSource(sql`(${table}) AS e`, dialect, { guard: quotedBefore(guard) });
}

function conversationsSql({ conversations, messages }: ConversationDatabase, words: RecordWords): Sql {
  const ofIt = sql`FROM ${messages} AS m WHERE m.conversation_id = r.id`;
  const first = sql`coalesce((SELECT m.created_at ${ofIt} ORDER BY m.position LIMIT 1), r.created_at)`;
  const userMessages = sql`(SELECT count(*) ${ofIt} AND m.role = 'user')`;
  const about = sql`NULL AS message_id, r.id AS conversation_id, ${words.time(first)} AS created_at`;
  const fields = sql`${words.object(sql`'userMessageCount'`, userMessages)} AS fields`;
  return sql`SELECT ${columnsOf(words)}, ${about}, ${fields} FROM ${conversations} AS r WHERE r.state = 'kept'`;
}

function feedbackSql(database: ConversationDatabase, words: RecordWords, scope: ConversationScope): Sql {
  const conversation = database.conversationOfRated(keptFor(scope), sql`r`);
  const about = sql`r.message_id AS message_id, (${conversation}) AS conversation_id, ${words.time(sql`r.created_at`)} AS created_at`;
  const fields = sql`${words.object(sql`'reasons'`, words.json(sql`r.reasons`))} AS fields`;
  const isRated = database.ratedWhere(keptFor(scope), sql`r`);
  return sql`SELECT ${columnsOf(words)}, ${about}, ${fields} FROM ${database.feedback} AS r WHERE ${isRated}`;
}

function columnsOf({ more }: RecordWords): Sql {
  const ids = sql`r.id AS id, r.id AS project_key, r.type AS type, r.project_id AS project_id, r.integration_id AS integration_id`;
  return sql`${ids}, r.properties AS properties, r.user_properties AS user_properties, coalesce(r.user_key, '') AS user_key${more}`;
}
