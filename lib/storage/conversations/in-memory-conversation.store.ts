import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '../../events/event.interface.js';
import { parseJsonText } from '../../events/json-text.js';
import { userKeyOf } from '../../events/user-key.js';
import { answerInMemory, keysInMemory } from '../reading/answer-in-memory.js';
import type { EventQuery, KeyCount, KeyQuery, QueryResult, ReadOptions, ReadScope } from '../reading/event-query.interface.js';
import { recordOfConversation, recordOfFeedback } from './conversation-records.js';
import { ConversationStore } from './conversation.store.js';
import { isFrozen, mayGoOn, mergeHead, newHead, ofExternalId } from './merge-head.js';
import type { MessageMark } from './match-messages.js';
import { beginsAlike, isKnownByText, mergeMessages } from './merge-messages.js';
import { partOf } from './part-of.js';
import type {
  ConversationHead,
  ConversationOutcome,
  ConversationPage,
  ConversationPerson,
  ConversationRecords,
  ConversationScope,
  ConversationsOfProjects,
  ConversationWrite,
  PurgedConversations,
  RatedConversation,
  SentMessage,
  StoredConversation,
  StoredFeedback,
} from './stored-conversation.interface.js';

interface Kept {
  head: ConversationHead;
  readonly firstKey: string | null;
  readonly messages: KeptMessage[];
}

type KeptMessage = MessageMark & Pick<SentMessage, 'role' | 'text'>;
type Scoped = Pick<ConversationHead, 'projectId' | 'integrationId'>;
type Dated = Pick<StoredFeedback, 'id' | 'createdAt'>;
type Erased = Scoped & Pick<Kept, 'firstKey'>;

/** Keeps conversations in the memory of this process, for tests and tries. */
@Injectable()
export class InMemoryConversationStore extends ConversationStore {
  private readonly kept = new Map<string, Kept>();
  private readonly erased = new Map<string, Erased>();
  private readonly feedback = new Map<string, StoredFeedback>();

  async save(write: ConversationWrite): Promise<ConversationOutcome> {
    const known = this.match(write);
    if (known === undefined && this.isErased(write)) return 'erased';
    const conversation = known ?? this.newOne(write);
    const { head } = conversation;
    // Of what is stored, no ids are told.
    if (known !== undefined && isFrozen(head, known.firstKey, write)) return { head, messages: mergeMessages([], write).known };
    const merge = mergeMessages(conversation.messages, write);
    if (merge.isFull) return 'full';
    for (const { message, position } of merge.added) conversation.messages.push(keptMessage(message, position, write));
    for (const message of merge.changed) replaceMessage(conversation, message, write);
    const merged = mergeHead(head, write);
    const isChanged = merged !== head || merge.added.length + merge.changed.length > 0;
    conversation.head = isChanged ? { ...merged, updatedAt: write.receivedAt } : head;
    this.kept.set(head.id, conversation);
    return { head: conversation.head, messages: merge.known };
  }

  async find(id: string, scope: ConversationScope): Promise<StoredConversation | undefined> {
    return this.all(scope).find((conversation) => conversation.id === id);
  }

  async findByExternalId(externalId: string, scope: ConversationScope): Promise<StoredConversation | undefined> {
    return this.all(scope).find((conversation) => conversation.externalId === externalId);
  }

  async list(scope: ConversationScope, page: ConversationPage) {
    const all = this.all(scope);
    return { conversations: await pageOf(all, page), total: all.length };
  }

  async erase(id: string, scope: ConversationScope): Promise<boolean> {
    if ((await this.find(id, scope)) === undefined) return false;
    for (const { head, firstKey } of this.withCopies(id)) {
      this.erased.set(head.id, { firstKey, projectId: head.projectId, integrationId: head.integrationId });
      this.forget(head.id);
    }
    return true;
  }

  async eraseOf(person: ConversationPerson): Promise<number> {
    const conversations = await this.idsOf(person);
    for (const id of conversations) await this.erase(id, {});
    const feedback = await this.feedbackOf(person);
    for (const { id } of feedback) this.feedback.delete(id);
    return conversations.length + feedback.length;
  }

  async idsOf(person: ConversationPerson): Promise<string[]> {
    return this.all({})
      .filter(isOf(person))
      .toSorted(oldestFirst)
      .map(({ id }) => id);
  }

  async feedbackOf(person: ConversationPerson): Promise<StoredFeedback[]> {
    return [...this.feedback.values()].filter(isOf(person)).toSorted(oldestFirst);
  }

  searched(): readonly string[] {
    return ['conversations in memory', 'feedback in memory'];
  }

  async purge(before: Date, limit: number, among: ConversationsOfProjects): Promise<PurgedConversations> {
    const isOver = isOlder(before, among);
    const going = this.idsWithCopies(this.all({}).filter(isOver).slice(0, limit));
    for (const id of going) this.forget(id);
    const feedback = [...this.feedback.values()].filter(isOver).slice(0, limit);
    for (const { id } of feedback) this.feedback.delete(id);
    return { conversations: going.size, isDone: going.size + feedback.length === 0 };
  }

  async countOld(before: Date, among: ConversationsOfProjects): Promise<number> {
    return this.idsWithCopies(this.all({}).filter(isOlder(before, among))).size;
  }

  async rate(feedback: StoredFeedback): Promise<void> {
    const known = this.feedback.get(feedback.id);
    if (known === undefined || known.updatedAt <= feedback.updatedAt) this.feedback.set(feedback.id, feedback);
  }

  async findFeedback(id: string, scope: ConversationScope): Promise<RatedConversation | undefined> {
    return this.rated(scope).find(({ feedback }) => feedback.id === id);
  }

  async listFeedback(scope: ConversationScope, page: ConversationPage) {
    const all = this.rated(scope);
    const positive = all.filter(({ feedback }) => feedback.type === 'positive').length;
    return { feedback: await pageOf(all, page), positive, negative: all.length - positive };
  }

  override async query(records: ConversationRecords, query: EventQuery, options: ReadOptions): Promise<QueryResult> {
    return answerInMemory(this.recordsOf(records, query.scope), query, options);
  }

  override async keys(records: ConversationRecords, query: KeyQuery, options: ReadOptions): Promise<KeyCount[]> {
    return keysInMemory(this.recordsOf(records, query.scope), query, options);
  }

  private recordsOf(records: ConversationRecords, { projectId, integrationId }: ReadScope): StoredEvent[] {
    const scope = { projectId, integrationId };
    return records === 'conversations' ? this.all(scope).map(recordOfConversation) : this.rated(scope).map(recordOfFeedback);
  }

  private match(write: ConversationWrite): Kept | undefined {
    const sent = this.kept.get(write.sentId ?? '');
    if (sent !== undefined && mayGoOn(sent.head, write) && isSame(sent, write)) return sent;
    const all = [...this.kept.values()];
    const heads = all.map(({ head }) => head);
    const external = ofExternalId(heads, write);
    if (external !== undefined) return this.kept.get(external.id);
    return all.find(({ firstKey }) => firstKey !== null && firstKey === write.firstKey);
  }

  private isErased(write: ConversationWrite): boolean {
    const { sentId, firstKey, originKey, originId } = write;
    if (firstKey === null) {
      const erased = this.erased.get(sentId ?? '');
      return erased !== undefined && erased.firstKey === null && mayGoOn(erased, write);
    }
    const origin = this.erased.get(originId ?? '');
    if (origin !== undefined && mayGoOn(origin, write)) return true;
    return [...this.erased.values()].some((one) => one.firstKey === firstKey || (one.firstKey ?? '') === originKey);
  }

  private newOne(write: ConversationWrite): Kept {
    const origin = this.originOf(write);
    return { head: newHead(write, origin?.originId ?? origin?.id ?? null), firstKey: write.firstKey, messages: [] };
  }

  private originOf(write: ConversationWrite): ConversationHead | undefined {
    const { originKey, originId } = write;
    const isOrigin = ({ head, firstKey }: Kept) =>
      (originKey !== null && firstKey === originKey) || (head.id === originId && mayGoOn(head, write));
    return [...this.kept.values()].find(isOrigin)?.head;
  }

  private withCopies(id: string): Kept[] {
    return [...this.kept.values()].filter(({ head }) => head.id === id || head.originId === id);
  }

  private idsWithCopies(conversations: readonly ConversationHead[]): Set<string> {
    return new Set(conversations.flatMap(({ id }) => this.withCopies(id).map(({ head }) => head.id)));
  }

  private forget(id: string): void {
    const { head, messages } = this.kept.get(id)!;
    const ids = messages.map((message) => message.id);
    this.kept.delete(id);
    for (const one of this.feedback.values()) {
      const isOfIt = ids.includes(one.messageId) && one.projectId === head.projectId;
      if (isOfIt && this.conversationOf(one) === undefined) this.feedback.delete(one.id);
    }
  }

  private all(scope: ConversationScope): StoredConversation[] {
    const found = [...this.kept.values()].filter(({ head }) => isWithin(head, scope));
    return found.map(toStored).toSorted((a, b) => (`${a.updatedAt} ${a.id}` < `${b.updatedAt} ${b.id}` ? 1 : -1));
  }

  private rated(scope: ConversationScope): RatedConversation[] {
    const rated = [...this.feedback.values()].flatMap((feedback) => {
      const conversation = this.conversationOf(feedback, scope);
      return conversation === undefined || !isWithin(feedback, scope) ? [] : [{ feedback, conversation }];
    });
    return rated.toSorted(({ feedback: a }, { feedback: b }) => (`${a.updatedAt} ${a.id}` < `${b.updatedAt} ${b.id}` ? 1 : -1));
  }

  /** That of its project, and of a scope, which has the message, and had it first by the clock of the server. */
  private conversationOf(
    { projectId, messageId }: StoredFeedback,
    scope: ConversationScope = {},
  ): StoredConversation | undefined {
    const having = [...this.kept.values()].flatMap((kept) => {
      const isOfBoth = isWithin(kept.head, { projectId }) && isWithin(kept.head, scope);
      const message = isOfBoth ? kept.messages.find(({ id }) => id === messageId) : undefined;
      return message === undefined ? [] : [{ kept, order: `${message.updatedAt} ${kept.head.id}` }];
    });
    const [first] = having.toSorted((a, b) => (a.order < b.order ? -1 : 1));
    return first && toStored(first.kept);
  }
}

function isSame({ firstKey, messages }: Kept, write: ConversationWrite): boolean {
  if (firstKey !== null && firstKey === write.firstKey) return true;
  return isKnownByText(firstKey, write) && beginsAlike(messages[0], write.messages);
}

function pageOf<T>(all: readonly T[], { limit, offset, maxBytes }: ConversationPage): Promise<T[]> {
  return partOf(all.slice(offset, offset + limit), maxBytes, async (some) => some);
}

function isWithin(one: Scoped, { projectId = one.projectId, integrationId = one.integrationId ?? undefined }: ConversationScope) {
  return one.projectId === projectId && (one.integrationId ?? undefined) === integrationId;
}

function isOf({ userKey, projectId }: ConversationPerson) {
  return (one: Scoped & Pick<StoredFeedback, 'userProperties'>) =>
    userKey !== '' && userKeyOf(one) === userKey && isWithin(one, { projectId });
}

function oldestFirst(a: Dated, b: Dated): number {
  return `${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}` ? -1 : 1;
}

function isOlder(before: Date, among: ConversationsOfProjects) {
  const time = before.toISOString();
  return ({ projectId, updatedAt }: Pick<ConversationHead, 'projectId' | 'updatedAt'>) =>
    updatedAt < time && ('projectId' in among ? among.projectId === projectId : !among.exceptProjects.includes(projectId));
}

function keptMessage(message: SentMessage, position: number, { receivedAt }: ConversationWrite): KeptMessage {
  const { id, role, createdAt, text, digest, textDigest } = message;
  return { id, role, createdAt, updatedAt: receivedAt, text, digest, textDigest, position, bytes: Buffer.byteLength(text) };
}

function replaceMessage({ messages }: Kept, message: SentMessage, write: ConversationWrite): void {
  const index = messages.findIndex(({ id }) => id === message.id);
  const { position, createdAt } = messages[index];
  messages[index] = { ...keptMessage(message, position, write), createdAt };
}

function toStored({ head, messages }: Kept): StoredConversation {
  return {
    ...head,
    messages: messages.map(({ id, role, createdAt, updatedAt, text }) => {
      return { id, role, createdAt, updatedAt, body: parseJsonText(text) };
    }),
  };
}
