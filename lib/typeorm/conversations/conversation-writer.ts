import { ServiceUnavailableException } from '@nestjs/common';
import { isFrozen, mayGoOn, mergeHead, newHead, ofExternalId } from '../../storage/conversations/merge-head.js';
import type { MessageMark } from '../../storage/conversations/match-messages.js';
import {
  beginsAlike,
  isKnownByText,
  type MessageMerge,
  mergeMessages,
  type PlacedMessage,
} from '../../storage/conversations/merge-messages.js';
import type {
  ConversationHead,
  ConversationOutcome,
  ConversationWrite,
} from '../../storage/conversations/stored-conversation.interface.js';
import type { TextRow } from '../engines/database.js';
import { bind, joined, numbered, quotedBefore, type Sql, sql } from '../../sql/sql.js';
import { type ConversationDatabase, namesOf, valuesOf } from './conversation-database.js';
import { inScope } from './conversation-reader.js';
import {
  CHANGING_COLUMNS,
  changingValuesOf,
  HEAD_COLUMNS,
  MESSAGE_COLUMNS,
  toHead,
  toMark,
  valuesOfHead,
  valuesOfMessage,
} from './conversation-rows.js';

/** Others who write the same conversation take turns with us; so many turns are enough. */
const MAX_TRIES = 20;
/** SQLite takes at most 500 selects in one. */
const MESSAGES_A_STATEMENT = 400;

/**
 * Stores conversations: what is there is compared with what was sent, and what is missing is written, all of it or none, until nothing
 * is. Each statement leaves alone what another one has written meanwhile, and adds nothing to what was erased.
 */
export class ConversationWriter {
  constructor(private readonly database: ConversationDatabase) {}

  async save(write: ConversationWrite): Promise<ConversationOutcome> {
    let isHeadDone = false;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const row = await this.match(write);
      if (row === undefined) {
        const merge = mergeMessages([], write);
        if (merge.isFull) return 'full';
        const head = await this.newHeadSql(write);
        if (head === undefined) return 'erased';
        await this.database.writeAll([head, ...this.messagesSql(write.id, merge, write)]);
        isHeadDone = true;
        continue;
      }
      if (row.state !== 'kept') return 'erased';
      const head = toHead(row);
      const marks = await this.marksOf(head.id);
      if (!isHeadDone && marks.length > 0 && isFrozen(head, row.first_key, write)) {
        // Of what is stored, no ids are told.
        return { head, messages: mergeMessages([], write).known };
      }
      const merge = mergeMessages(marks, write);
      if (merge.isFull) return 'full';
      const merged = isHeadDone ? head : mergeHead(head, write);
      if (merge.added.length + merge.changed.length === 0 && merged === head) return { head, messages: merge.known };
      // The head first: whoever else writes the conversation waits for its row, and not for one of its messages.
      const changedHead = this.changedHeadSql({ ...merged, updatedAt: write.receivedAt });
      await this.database.writeAll([changedHead, ...this.messagesSql(head.id, merge, write)]);
      isHeadDone = true;
    }
    throw new ServiceUnavailableException('Too many others write the same conversation');
  }

  private async match(write: ConversationWrite): Promise<TextRow | undefined> {
    const { id: ownId, sentId, firstKey, projectId, fields } = write;
    const { externalId = null } = fields;
    const isExternal = sql`(external_id = ${bind(externalId)} AND ${inScope({ projectId })})`;
    // Its own, as what has no key is found again by that alone.
    const any = sql`id = ${bind(ownId)} OR id = ${bind(sentId)} OR ${isExternal} OR first_key = ${bind(firstKey)}`;
    const rows = await this.database.read(sql`${this.database.selectHeads} WHERE ${any}`);
    const sent = rows.find(({ id }) => id === sentId);
    if (sent !== undefined && (await this.isSame(sent, write))) return sent;
    const own = rows.find(({ id }) => id === ownId);
    if (own !== undefined) return own;
    const external = ofExternalId(rows.map(toHead), write);
    if (external !== undefined) return rows.find(({ id }) => id === external.id);
    return rows.find((row) => firstKey !== null && row.first_key === firstKey);
  }

  private async isSame(row: TextRow, write: ConversationWrite): Promise<boolean> {
    const head = toHead(row);
    if (!mayGoOn(head, write)) return false;
    const { first_key: firstKey } = row;
    if (row.state !== 'kept') return firstKey === write.firstKey;
    if (firstKey !== null && firstKey === write.firstKey) return true;
    return isKnownByText(firstKey, write) && beginsAlike((await this.marksOf(head.id, sql`LIMIT 1`))[0], write.messages);
  }

  private async marksOf(conversationId: string, some = sql``): Promise<MessageMark[]> {
    const where = sql`WHERE conversation_id = ${bind(conversationId)} ORDER BY position ${some}`;
    return (await this.database.read(sql`${this.database.selectMarks} ${where}`)).map(toMark);
  }

  /** Makes a conversation without messages, unless another one was first. Undefined: it would be a copy of what was erased. */
  private async newHeadSql(write: ConversationWrite): Promise<Sql | undefined> {
    const { conversations, words } = this.database;
    const origin = await this.originOf(write);
    if (origin !== undefined && origin.state !== 'kept') return undefined;
    const values = valuesOf(valuesOfHead(newHead(write, origin?.origin_id ?? origin?.id ?? null), write));
    const select = origin === undefined ? sql`` : sql`${words.fromNowhere} WHERE ${this.isKept(origin.id!)}`;
    const rows = origin === undefined ? sql`VALUES (${values})` : sql`SELECT ${values} ${select}`;
    return sql`INSERT INTO ${conversations} (${namesOf(HEAD_COLUMNS)}) ${rows} ${words.unlessKnown}`;
  }

  private async originOf(write: ConversationWrite): Promise<TextRow | undefined> {
    const { originKey, originId } = write;
    if (originKey === null && originId === null) return undefined;
    const isOne = sql`first_key = ${bind(originKey)} OR id = ${bind(originId)}`;
    const rows = await this.database.read(sql`${this.database.selectHeads} WHERE ${isOne}`);
    return rows.find((row) => originKey !== null || mayGoOn(toHead(row), write));
  }

  private messagesSql(conversationId: string, { added, changed }: MessageMerge, write: ConversationWrite): Sql[] {
    const statements: Sql[] = [];
    for (let at = 0; at < added.length; at += MESSAGES_A_STATEMENT) {
      statements.push(this.addedSql(conversationId, added.slice(at, at + MESSAGES_A_STATEMENT), write));
    }
    for (const { id, role, text, digest, textDigest } of changed) {
      const body = sql`role = ${bind(role)}, body = ${bind(text)}, digest = ${bind(digest)}, body_digest = ${bind(textDigest)}`;
      const more = sql`bytes = ${bind(String(Buffer.byteLength(text)))}, updated_at = ${bind(write.receivedAt)}`;
      const where = sql`conversation_id = ${bind(conversationId)} AND id = ${bind(id)}`;
      statements.push(sql`UPDATE ${this.database.messages} SET ${body}, ${more} WHERE ${where}`);
    }
    return statements;
  }

  private addedSql(conversationId: string, added: readonly PlacedMessage[], { receivedAt }: ConversationWrite): Sql {
    const { messages, words } = this.database;
    const rows = added.map((placed) => sql`SELECT ${this.messageValues(valuesOfMessage(placed, conversationId, receivedAt))}`);
    const select = sql`SELECT * FROM (${joined(rows, ' UNION ALL ')}) AS added WHERE ${this.isKept(conversationId)}`;
    return sql`INSERT INTO ${messages} (${namesOf(MESSAGE_COLUMNS)}) ${select} ${words.unlessPlaced}`;
  }

  // Each has a name, as MySQL would name them by their values, two of which may be the same.
  private messageValues(values: readonly string[]): Sql {
    const valueOf = (value: string, column: string) =>
      WHOLE_NUMBERS.includes(column) ? this.database.words.integer(bind(value)) : bind(value);
    const named = values.map((value, index) => sql`${valueOf(value, MESSAGE_COLUMNS[index])} AS ${numbered('v', index)}`);
    return joined(named, ', ');
  }

  private changedHeadSql(head: ConversationHead): Sql {
    const values = changingValuesOf(head);
    const set = CHANGING_COLUMNS.map((column, index) => sql`${quotedBefore(column)} = ${bind(values[index])}`);
    return sql`UPDATE ${this.database.conversations} SET ${joined(set, ', ')} WHERE id = ${bind(head.id)} AND state = 'kept'`;
  }

  private isKept(id: string): Sql {
    const { conversations, words } = this.database;
    return sql`EXISTS (SELECT 1 FROM ${conversations} WHERE id = ${bind(id)} AND state = 'kept' ${words.whileKept})`;
  }
}

const WHOLE_NUMBERS: readonly string[] = ['position', 'bytes'];
