import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { ConversationStore, EventRecord } from 'nestjs-event-log';
import { TypeOrmConversationStore } from 'nestjs-event-log/typeorm';
import { newMessage, newWrite, saved } from '../../lib/testing/conversation-store/conversation-store.case.js';
import { EventPrivacyService } from '../../lib/retention/privacy/event-privacy.service.js';
import { PrivacySettings } from '../../lib/retention/privacy/privacy-settings.js';
import { retentionOf, settled, type Store, stored, storedIds, storeIn } from '../retention/stores.js';
import { dataSourceOptions } from '../utils/databases.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';
import { describeCitus, distribute, projectOn } from './cluster.js';
import { lateRow, writerElsewhere } from './writers-on-workers.js';

Logger.overrideLogger(false);

const OLD = '2020-01-01T00:00:00.000Z';

describeCitus('Erasing and ageing where Citus distributes the events', (database) => {
  let source: DataSource;
  let store: Store;
  let conversations: ConversationStore;
  let projects: string[];
  let privacy: EventPrivacyService;
  beforeAll(async () => {
    await distribute(database().url);
    source = await new DataSource(dataSourceOptions(database().url, { migrationsRun: false })).initialize();
    store = await storeIn(source);
    const chats = new TypeOrmConversationStore(source);
    await chats.onModuleInit();
    conversations = chats;
    projects = [await projectOn(database(), 0), await projectOn(database(), 1)];
    privacy = new EventPrivacyService(store.eraser, new PrivacySettings({ anonymize: ['properties.name'] }), () => chats);
  });
  afterAll(() => source?.destroy());

  const chatOf = async (userId: string, projectId: string, receivedAt = new Date().toISOString()) =>
    (
      await saved(
        conversations,
        newWrite(projectId, [newMessage('a')], { receivedAt, fields: { type: 'openai', userProperties: { userId } } }),
      )
    ).head.id;
  const areThere = async (ids: readonly string[]) =>
    (await Promise.all(ids.map((id) => conversations.find(id, {})))).map((one) => one !== undefined);

  it('keeps events and conversations as long as the rules of their projects say, on each worker', async () => {
    const [here, there] = projects;
    const young = new Date().toISOString();
    const gone = await stored(store, OLD, { projectId: here });
    const kept = [await stored(store, OLD, { projectId: there }), await stored(store, young, { projectId: here })];
    const chats = [await chatOf('u', here, OLD), await chatOf('u', here, young), await chatOf('u', there, OLD)];
    await settled(store);
    const retention = retentionOf(store, { rules: [{ projectId: here, keepFor: '90d' }] }, conversations);
    const expected = { removed: [{ events: 1, conversations: 1 }] };
    expect(await retention.preview()).toMatchObject(expected);
    expect(await retention.run()).toMatchObject({ ...expected, isUnfinished: false });
    const ids = await storedIds(store);
    expect([...kept, gone].map((id) => ids.includes(id))).toEqual([true, true, false]);
    expect(await areThere(chats)).toEqual([false, true, true]);
  });

  it.each(['delete', 'anonymize'] as const)(
    "takes a person's events from each worker and the person's conversations, and tells who follows, in the mode %s",
    async (mode) => {
      const [userId, another] = [randomUUID(), randomUUID()];
      const eventOf = (projectId: string, id: string): EventRecord =>
        newRecord({
          projectId,
          userProperties: { userId: id },
          properties: { name: 'Ann' },
          receivedAt: new Date().toISOString(),
        });
      const own = projects.map((projectId) => eventOf(projectId, userId));
      const others = projects.map((projectId) => eventOf(projectId, another));
      await store.repository.insert([...own, ...others]);
      const chats = [await chatOf(userId, projects[0]), await chatOf(userId, projects[1]), await chatOf(another, projects[0])];
      await settled(store);
      const from = await store.feed.start('now');

      const receipt = await privacy.erase({ userId }, { mode });
      expect(receipt).toMatchObject({ mode, conversations: 2 });
      expect(receipt.counts.map(({ events }) => events)).toEqual([1, 1]);
      expect(await areThere(chats)).toEqual([false, false, true]);
      const left = await Promise.all(own.map(({ id, projectId }) => store.repository.find!(id, projectId)));
      expect(left.map((event) => event && JSON.stringify(event).includes('Ann'))).toEqual(
        own.map(() => (mode === 'delete' ? undefined : false)),
      );
      for (const { id, projectId } of others) expect(await store.repository.find!(id, projectId)).toMatchObject({ id });
      await settled(store);
      const { records } = await store.feed.read(from, 100);
      expect(records.filter(({ kind }) => kind !== 'stored')).toHaveLength(2);
    },
  );

  it('gives no end before a worker has committed what the coordinator has ended, which comes before that end', async () => {
    const [project] = projects;
    const userKey = randomUUID();
    const commit = await lateRow(database(), { id: randomUUID(), project, userKey });
    let upTo: string | undefined;
    const ending = store.eraser.end().then((end) => (upTo = end));
    await delay(500);
    const before = upTo;
    await commit();
    await ending;
    expect(await store.eraser.countOf({ userKey, projectId: project, upTo })).toBe(1);
    expect(before).toBeUndefined();
  });

  it('does not wait for who writes in another table of a worker', async () => {
    const end = await writerElsewhere(database());
    expect(await store.eraser.end()).toEqual(expect.any(String));
    await end();
  });

  it('is refused with 503 while a worker is away, as nobody knows what it has not committed yet', async () => {
    await database().workers[1].stop();
    await expect(store.eraser.end()).rejects.toMatchObject({ status: 503 });
    await database().workers[1].listen();
    await until('it is back', () =>
      store.eraser.end().then(
        () => true,
        () => false,
      ),
    );
  });
});
