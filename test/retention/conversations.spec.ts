import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type ConversationStore, InMemoryConversationStore } from 'nestjs-event-log';
import type { RetentionReport } from 'nestjs-event-log/retention';
import { eventLogConversationMigrations, TypeOrmConversationStore } from 'nestjs-event-log/typeorm';
import {
  copyOf,
  newFeedback,
  newMessage,
  newWrite,
  saved,
} from '../../lib/testing/conversation-store/conversation-store.case.js';
import { dataSourcesOf } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { retentionOf, type Store, stored, storedIds, storeIn, storeInMemory, WITH_CONSUMERS } from './stores.js';

Logger.overrideLogger(false);

const DAY_MS = 86_400_000;
const RULES = [
  { keepFor: '90d' },
  { entityType: 'search', keepFor: '1d' },
  { entityType: 'conversation', keepFor: '30d' },
  { projectId: 'p1', keepFor: '2y' },
  { projectId: 'p2', entityType: 'conversation', keepFor: '7d' },
  { projectId: null, keepFor: '1y' },
];

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
const countsOf = ({ removed }: RetentionReport) => removed.map(({ conversations }) => conversations);

function defineTests(create: () => Promise<[Store, ConversationStore]>): void {
  let store: Store;
  let conversations: ConversationStore;
  beforeEach(async () => {
    [store, conversations] = await create();
  });

  /** Stores a conversation that was last changed so many days ago. */
  async function changed(days: number, projectId: string | null): Promise<string> {
    return (await saved(conversations, newWrite(projectId, [newMessage('a')], { receivedAt: daysAgo(days) }))).head.id;
  }

  async function isThere(ids: readonly string[]): Promise<boolean[]> {
    const found = await Promise.all(ids.map((id) => conversations.find(id, {})));
    return found.map((one) => one !== undefined);
  }

  it('keeps conversations from their last change, as events of their type are kept, and tells before how many would go', async () => {
    const kept = [await changed(29, 'p'), await changed(700, 'p1'), await changed(6, 'p2'), await changed(360, null)];
    const over = [
      await changed(31, 'p'),
      await changed(32, 'q'),
      await changed(740, 'p1'),
      await changed(8, 'p2'),
      await changed(370, null),
    ];
    const event = await stored(store, daysAgo(100), { projectId: 'p' });
    const retention = retentionOf(store, { rules: RULES }, conversations);
    const expected = [0, 0, 2, 1, 1, 1];
    expect(countsOf(await retention.preview())).toEqual(expected);
    expect([await isThere(over), await storedIds(store)]).toEqual([over.map(() => true), [event]]);
    const report = await retention.run();
    expect([countsOf(report), report.removed[0].events, report.isUnfinished]).toEqual([expected, 1, false]);
    expect([await isThere(over), await isThere(kept)]).toEqual([over.map(() => false), kept.map(() => true)]);
    expect(await storedIds(store)).toEqual([]);
    expect(countsOf(await retention.run())).toEqual(expected.map(() => 0));
  });

  it('takes shared copies and feedback with them, feedback that is old by itself, and leaves what was erased erased', async () => {
    const write = newWrite('p', [newMessage('a')], { receivedAt: daysAgo(100) });
    const young = newWrite('p', [newMessage('b')], { receivedAt: daysAgo(1) });
    const erased = newWrite('p', [newMessage('c')], { receivedAt: daysAgo(100) });
    const copy = copyOf(write, { receivedAt: daysAgo(1) });
    for (const one of [write, young, erased, copy]) await saved(conversations, one);
    await conversations.erase(erased.id, {});
    const given = (days: number) => newFeedback('p', young.messages[0].id, { updatedAt: daysAgo(days) });
    const feedback = [newFeedback('p', write.messages[0].id, { updatedAt: daysAgo(1) }), given(100), given(1)];
    for (const one of feedback) await conversations.rate(one);
    const retention = retentionOf(store, { rules: [{ keepFor: '90d' }] }, conversations);
    expect([countsOf(await retention.preview()), countsOf(await retention.run())]).toEqual([[2], [2]]);
    expect(await isThere([write.id, copy.id, young.id])).toEqual([false, false, true]);
    const found = await Promise.all(feedback.map(({ id }) => conversations.findFeedback(id, {})));
    expect(found.map((one) => one !== undefined)).toEqual([false, false, true]);
    expect(await conversations.save(erased)).toBe('erased');
  });

  it('keeps conversations for ever where rules are of other events alone', async () => {
    const ids = [await changed(10_000, 'p'), await changed(10_000, null)];
    const rules = [
      { entityType: 'search', keepFor: '1d' },
      { entityType: 'message', projectId: 'p', keepFor: '1d' },
    ];
    expect(countsOf(await retentionOf(store, { rules }, conversations).run())).toEqual([0, 0]);
    expect(await isThere(ids)).toEqual([true, true]);
  });

  it('forgets many slice by slice, and ends between two when it is told to', async () => {
    for (let made = 0; made < 150; made++) await changed(100, 'p');
    const purge = jest.spyOn(conversations, 'purge');
    const stop = new AbortController();
    const slow = Object.create(conversations) as ConversationStore;
    slow.purge = (...asked) => {
      stop.abort();
      return conversations.purge(...asked);
    };
    const rules = [{ keepFor: '90d' }];
    const first = await retentionOf(store, { rules }, slow).run(stop.signal);
    const second = await retentionOf(store, { rules }, conversations).run();
    expect([first.isUnfinished, second.isUnfinished]).toEqual([true, false]);
    expect([countsOf(first), countsOf(second)]).toEqual([[100], [50]]);
    expect(purge.mock.calls.every(([, limit]) => limit <= 1_000)).toBe(true);
    purge.mockRestore();
  });
}

describe('Retention of conversations in memory', () =>
  defineTests(async () => [storeInMemory(), new InMemoryConversationStore()]));

describeEngines('Retention of conversations', (engine) => {
  const migrations = [...WITH_CONSUMERS.migrations, ...eventLogConversationMigrations];
  const { shared } = dataSourcesOf(engine, { migrations });
  defineTests(async () => {
    for (const table of ['events', 'consumers', 'conversations', 'messages', 'feedback']) {
      await shared().query(`DELETE FROM event_log_${table}`);
    }
    return [await storeIn(shared()), new TypeOrmConversationStore(shared())];
  });
});
