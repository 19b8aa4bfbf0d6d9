import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import {
  type EventEraser,
  type EventFeed,
  type EventKey,
  type EventRepository,
  type FeedRecord,
  InMemoryEventEraser,
  InMemoryEventFeed,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import type { PersonalRecord } from 'nestjs-event-log/retention';
import { TypeOrmEventEraser, TypeOrmEventFeed } from 'nestjs-event-log/typeorm';
import { EventPrivacyService } from '../../lib/retention/privacy/event-privacy.service.js';
import { PrivacySettings } from '../../lib/retention/privacy/privacy-settings.js';
import { dataSourcesOf, open } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';

Logger.overrideLogger(false);

interface Store {
  readonly repository: EventRepository;
  readonly feed: EventFeed;
  readonly eraser: EventEraser;
}

const servicesOf = (eraser: EventEraser) =>
  new EventPrivacyService(
    eraser,
    new PrivacySettings({ anonymize: ['properties.conversation', 'properties.people.name', 'fields.email'] }),
  );

async function allOf(events: AsyncIterable<PersonalRecord>): Promise<PersonalRecord[]> {
  const all: PersonalRecord[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function describeService(create: () => Promise<Store>): void {
  let store: Store;
  let privacy: EventPrivacyService;
  beforeEach(async () => {
    store = await create();
    privacy = servicesOf(store.eraser);
  });

  /** Events of a person in two projects and in none, and one of somebody else in each. */
  const stored = async (userId = randomUUID()) => {
    const [p, q] = [randomUUID(), randomUUID()];
    const own = [p, p, q, null].map((projectId) => newRecord({ projectId, userProperties: { userId } }));
    const others = [p, q, null].map((projectId) => newRecord({ projectId, userProperties: { userId: randomUUID() } }));
    await store.repository.insert([...own, ...others]);
    return { userId, p, q, own, others };
  };
  const isStored = async ({ id, projectId }: EventKey) => (await store.repository.find!(id, projectId)) !== undefined;

  it('gives out each event of a person once, in all projects or in one', async () => {
    const { userId, p, own } = await stored();
    const idsOf = (events: readonly EventKey[]) => events.map(({ id }) => id).toSorted();
    expect(idsOf(await allOf(privacy.export({ userId })))).toEqual(idsOf(own));
    expect(idsOf(await allOf(privacy.export({ userId, projectId: p })))).toEqual(idsOf(own.slice(0, 2)));
    expect(idsOf(await allOf(privacy.export({ userId, projectId: null })))).toEqual(idsOf(own.slice(3)));
    expect(await allOf(privacy.export({ userId: randomUUID() }))).toEqual([]);
  });

  it('gives out more events than one page has', async () => {
    const [userId, projectId] = [randomUUID(), randomUUID()];
    const events = Array.from({ length: 130 }, () => newRecord({ projectId, userProperties: { id: userId } }));
    await store.repository.insert(events);
    const found = await allOf(privacy.export({ userId }));
    expect(new Set(found.map(({ id }) => id)).size).toBe(130);
    expect(found).toHaveLength(130);
  });

  it('erases the events of a person in one project, and leaves those in others with the same userId', async () => {
    const { userId, p, own, others } = await stored();
    const receipt = await privacy.erase({ userId, projectId: p });
    expect(receipt).toMatchObject({ mode: 'delete', dryRun: false, counts: [{ projectId: p, events: 2 }] });
    expect(await Promise.all(own.map(isStored))).toEqual([false, false, true, true]);
    expect(await Promise.all(others.map(isStored))).toEqual([true, true, true]);
  });

  it('erases the events of a person in all projects, with a receipt that does not say who it was', async () => {
    const { userId, p, q, own, others } = await stored();
    const { counts, ...receipt } = await privacy.erase({ userId });
    expect(new Set(counts)).toEqual(
      new Set([
        { projectId: p, events: 2 },
        { projectId: q, events: 1 },
        { projectId: null, events: 1 },
      ]),
    );
    expect(receipt.searched.length > 0 && receipt.startedAt <= receipt.finishedAt).toBe(true);
    expect(await Promise.all(own.map(isStored))).toEqual([false, false, false, false]);
    expect(await Promise.all(others.map(isStored))).toEqual([true, true, true]);
    const kept = await privacy.receipts();
    expect(kept.find(({ id }) => id === receipt.id)).toEqual({ ...receipt, counts });
    expect(JSON.stringify([kept, await store.eraser.requests.list('all')])).not.toContain(userId);
    expect((await store.repository.insert(own)).every((outcome) => 'erased' in outcome)).toBe(true);
  });

  it('finds who is asked for as events keep texts, in which NUL is U+FFFD', async () => {
    const { userId, own } = await stored(`${randomUUID()}\ufffd`);
    const { counts } = await privacy.erase({ userId: userId.replace('\ufffd', '\0') });
    expect(counts.reduce((sum, { events }) => sum + events, 0)).toBe(own.length);
  });

  it('says by a dry run what would be erased, and changes nothing', async () => {
    const { userId, p, own } = await stored();
    const receipt = await privacy.erase({ userId, projectId: p }, { dryRun: true, mode: 'anonymize' });
    expect(receipt).toMatchObject({ id: '', mode: 'anonymize', dryRun: true, counts: [{ projectId: p, events: 2 }] });
    expect(await Promise.all(own.map(isStored))).toEqual([true, true, true, true]);
    expect(await store.eraser.requests.list('open')).toEqual([]);
  });

  it('anonymizes: keeps the events without userProperties and the paths of the host', async () => {
    const [userId, projectId] = [randomUUID(), randomUUID()];
    const properties = { conversation: [{ text: 'SECRET' }], people: [{ name: 'SECRET', age: 7 }], email: 'kept' };
    const own = Array.from({ length: 60 }, () => newRecord({ projectId, properties, userProperties: { userId, plan: 'pro' } }));
    const order = newRecord({ projectId, userProperties: { id: userId } });
    const ownType = {
      ...order,
      entityType: 'order',
      messageId: undefined,
      fields: { email: 'SECRET', total: 3 },
    } as typeof order;
    await store.repository.insert([...own, ownType]);
    const after = await store.feed.start('now');
    const { counts } = await privacy.erase({ userId }, { mode: 'anonymize' });
    expect(counts).toEqual([{ projectId, events: 61 }]);
    for (const { id } of own) {
      expect(await store.repository.find!(id, projectId)).toMatchObject({
        properties: { people: [{ age: 7 }], email: 'kept' },
        userProperties: null,
      });
    }
    expect(await store.repository.find!(order.id, projectId)).toMatchObject({ fields: { total: 3 }, userProperties: null });
    // Those that are stored come before, where another transaction of the server still ran; it holds up the others as well.
    let records: FeedRecord[] = [];
    await until('the feed has all that was changed', async () => {
      records = (await store.feed.read(after, 1_000)).records.filter(({ kind }) => kind !== 'stored');
      return records.length >= 61;
    });
    expect(records.map(({ kind }) => kind)).toEqual(Array(61).fill('changed'));
    expect(JSON.stringify(records)).not.toMatch(`SECRET|${userId}`);
    expect(await allOf(privacy.export({ userId }))).toEqual([]);
  });

  it.each([
    [{}, 'Expected `userId` to be a text that is not empty, or a number, got undefined.'],
    [{ userId: '' }, 'Expected `userId` to be a text that is not empty, or a number, got an empty one.'],
    [{ userId: NaN }, 'Expected `userId` to be a text that is not empty, or a number, got number.'],
    [{ userId: 2 ** 53 }, /^Expected `userId` to be a text where it is an integer beyond/],
    [{ userId: 'u', projectId: '' }, /^Expected `projectId` to be the id of a project, null for events of none/],
    [{ userId: 'u', project: 'p' }, 'Unknown field `project` of a person: known are userId, projectId.'],
  ])('refuses the person %j, who would be nobody or everybody', async (person, message) => {
    await expect(privacy.erase(person as never)).rejects.toThrow(message);
    await expect(allOf(privacy.export(person as never))).rejects.toThrow(message);
  });

  it.each([
    [{ mode: 'destroy' }, "Expected `mode` to be 'delete' or 'anonymize', got 'destroy'."],
    [{ dryRun: 'false' }, 'Expected `dryRun` to be a boolean, got string.'],
    [{ dryrun: true }, 'Unknown field `dryrun` of the options of erase(): known are mode, dryRun.'],
  ])('refuses the options %j', async (options, message) => {
    await expect(privacy.erase({ userId: 'u' }, options as never)).rejects.toThrow(message);
  });
}

describe('EventPrivacyService in memory', () => {
  describeService(async () => {
    const repository = new InMemoryEventRepository();
    return { repository, feed: new InMemoryEventFeed(repository), eraser: new InMemoryEventEraser(repository) };
  });
});

describeEngines('EventPrivacyService', (engine) => {
  const { shared } = dataSourcesOf(engine);
  describeService(async () => {
    const repository = await open(shared());
    return { repository, feed: new TypeOrmEventFeed(shared()), eraser: new TypeOrmEventEraser(shared()) };
  });

  it('finds events that an earlier version wrote without a user', async () => {
    const repository = await open(shared());
    const [userId, projectId] = [randomUUID(), randomUUID()];
    const events = [userId, randomUUID()].map((own) => newRecord({ projectId, userProperties: { userId: own } }));
    await repository.insert(events);
    await shared().query(`UPDATE event_log_events SET user_key = NULL WHERE project_id = '${projectId}'`);
    const { counts } = await servicesOf(new TypeOrmEventEraser(shared())).erase({ userId });
    expect(counts).toEqual([{ projectId, events: 1 }]);
    expect(await repository.find(events[1].id, projectId)).toBeDefined();
  });
});

it.each([
  ['properties.email', /^Expected `anonymize` to be a list of paths/],
  [['properties.'], /^Expected `anonymize\[0\]` to be keys joined by dots that begin with 'properties' or 'fields'/],
  [['fields.email', 'userProperties.email'], /^Expected `anonymize\[1\]`.*got 'userProperties.email'/],
  [['searchQuery'], /got 'searchQuery'/],
  [[7], /got number/],
])('the option anonymize refuses %j', (anonymize, message) => {
  expect(() => new PrivacySettings({ anonymize: anonymize as never })).toThrow(message);
});
