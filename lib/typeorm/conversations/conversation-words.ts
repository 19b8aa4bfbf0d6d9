import type { DataSource } from 'typeorm';
import { byEngine } from '../engines/by-engine.js';
import { type Sql, sql } from '../../sql/sql.js';

/** What engines write differently of statements for the tables of conversations. */
export interface ConversationWords {
  /** Leaves the conversation as it is that has one of the keys of the new one. */
  readonly unlessKnown: Sql;
  /** The same of a message. */
  readonly unlessPlaced: Sql;
  /** Puts feedback in place of what was received before. */
  ifNewer(table: Sql): Sql;
  /** What values are selected from that are of no table. */
  readonly fromNowhere: Sql;
  /** Holds off who would erase a conversation until what is added to it is there. */
  readonly whileKept: Sql;
  /** A bound text as a whole number, where nothing else tells its type. */
  integer(value: Sql): Sql;
}

const STANDARD: ConversationWords = {
  unlessKnown: sql`ON CONFLICT DO NOTHING`,
  unlessPlaced: sql`ON CONFLICT DO NOTHING`,
  ifNewer: (table) =>
    sql`ON CONFLICT (id) DO UPDATE SET reasons = excluded.reasons, properties = excluded.properties, user_properties = excluded.user_properties, created_at = excluded.created_at, updated_at = excluded.updated_at WHERE ${table}.updated_at <= excluded.updated_at`,
  fromNowhere: sql``,
  whileKept: sql``,
  integer: (value) => sql`CAST(${value} AS bigint)`,
};

const MYSQL: ConversationWords = {
  // Not INSERT IGNORE, which would cut what is too long.
  unlessKnown: sql`ON DUPLICATE KEY UPDATE state = state`,
  unlessPlaced: sql`ON DUPLICATE KEY UPDATE conversation_id = VALUES(conversation_id)`,
  // In order: the time is what the others are judged by.
  ifNewer: () =>
    sql`ON DUPLICATE KEY UPDATE reasons = IF(updated_at <= VALUES(updated_at), VALUES(reasons), reasons), properties = IF(updated_at <= VALUES(updated_at), VALUES(properties), properties), user_properties = IF(updated_at <= VALUES(updated_at), VALUES(user_properties), user_properties), created_at = IF(updated_at <= VALUES(updated_at), VALUES(created_at), created_at), updated_at = GREATEST(updated_at, VALUES(updated_at))`,
  fromNowhere: sql`FROM DUAL`,
  whileKept: sql`LOCK IN SHARE MODE`,
  integer: (value) => sql`CAST(${value} AS SIGNED)`,
};

export function conversationWordsOf(dataSource: DataSource): ConversationWords {
  return byEngine<ConversationWords>(dataSource, ['typeOrmStorage', 'keeps conversations'], {
    sqlite: () => STANDARD,
    postgres: () => ({ ...STANDARD, whileKept: sql`FOR SHARE` }),
    mysql: () => MYSQL,
  });
}
