import { type DynamicModule, Logger } from '@nestjs/common';
import {
  EventLogModule,
  InMemoryConsumerStore,
  InMemoryConversationStore,
  InMemoryEventEraser,
  InMemoryEventFeed,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import { EventLogConversationsModule } from 'nestjs-event-log/conversations';
import { ConsumerService, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { EventLogRetentionModule, type EventLogRetentionOptions, EventRetentionService } from 'nestjs-event-log/retention';
import { newMessage, newWrite } from '../../lib/testing/conversation-store/conversation-store.case.js';
import { closeApps, createApp } from '../utils/create-app.js';
import { newRecord } from '../utils/events.js';
import { Lines } from '../utils/typeorm-host.js';
import { until } from '../utils/until.js';

afterEach(async () => {
  await closeApps();
  Logger.overrideLogger(false);
});

async function start(options: EventLogRetentionOptions, more: object = {}, modules: DynamicModule[] = []) {
  const lines = new Lines();
  const repository = new InMemoryEventRepository();
  const storage = {
    repository: { useFactory: () => repository },
    feed: InMemoryEventFeed,
    eraser: InMemoryEventEraser,
    consumers: InMemoryConsumerStore,
    ...more,
  };
  const { app } = await createApp(
    'express',
    {
      imports: [
        EventLogModule.forRoot({ route: false, storage, apiKeys: [{ id: 'a', kind: 'api', key: 'key-of-the-test' }] }),
        EventLogConsumersModule.forRoot(),
        EventLogRetentionModule.forRoot(options),
        ...modules,
      ],
    },
    { logger: lines },
  );
  return { app, lines, repository };
}

it('a host says at boot how long it keeps what, and what that means for ids', async () => {
  const rules = [{ keepFor: '90d' }, { entityType: 'search', keepFor: 'P30D' }, { projectId: null, keepFor: '2y' }];
  const { lines } = await start({ rules });
  expect(lines.all).toContain(
    "Retention keeps all other events for 90d, events of type 'search' for P30D, events of no project for 2y, from their receipt; an id is known for as long as its event is kept, and what comes again later is stored as new",
  );
});

it('a host that keeps conversations says at boot by which rules, and removes those that are over', async () => {
  const conversations = new InMemoryConversationStore();
  const storage = { conversations: { useFactory: () => conversations } };
  await conversations.save(newWrite('p', [newMessage()], { receivedAt: '2001-01-01T00:00:00.000Z' }));
  const rules = [{ keepFor: '90d' }];
  const { lines } = await start({ rules, every: 50 }, storage, [EventLogConversationsModule.forRoot()]);
  expect(lines.all.find((line) => line.startsWith('Retention keeps'))).toContain(
    "; conversations are kept as events of type 'conversation', from their last change",
  );
  await until('it was said', () => lines.all.some((line) => line.startsWith('Retention removed 0 events and 1 conversations: ')));
  expect((await conversations.list({}, { limit: 1, offset: 0 })).total).toBe(0);
});

it('a host without rules keeps every event, and says so', async () => {
  const { lines, app, repository } = await start({});
  await repository.insert([newRecord({ receivedAt: '2001-01-01T00:00:00.000Z' })]);
  expect(await app.get(EventRetentionService).run()).toEqual({ removed: [], heldBackBy: [], isUnfinished: false });
  expect(lines.all).toContain('Retention has no rules: every event is kept');
  expect(repository.events).toHaveLength(1);
});

it('a host removes what is over again and again, says how much by rule, and shows no consumer of its own', async () => {
  const { app, lines, repository } = await start({ rules: [{ keepFor: '90d' }, { projectId: 'p', keepFor: '1y' }], every: 50 });
  for (const projectId of ['p', 'q', null]) {
    await repository.insert([newRecord({ receivedAt: '2001-01-01T00:00:00.000Z', projectId })]);
  }
  await until('all are gone', () => repository.events.length === 0);
  await until('it was said', () => lines.all.some((line) => line.startsWith('Retention removed')));
  await repository.insert([newRecord({ receivedAt: '2001-01-01T00:00:00.000Z' })]);
  await until('the next is gone', () => repository.events.length === 0);
  expect(await app.get(ConsumerService).list()).toEqual([]);
  const removed = lines.all.filter((line) => line.startsWith('Retention removed')).join();
  expect(removed).toContain('(kept: all other events for 90d)');
});

it('a run that the host asks for says in the log what it removed, as each one does', async () => {
  const { app, lines, repository } = await start({ rules: [{ keepFor: '90d' }] });
  await repository.insert([newRecord({ receivedAt: '2001-01-01T00:00:00.000Z' })]);
  await app.get(EventRetentionService).run();
  expect(lines.all).toContain('Retention removed 1 events: 1 events (kept: all events for 90d)');
});

it('a host that shuts down while it removes ends after the slice in hand', async () => {
  const { app, repository } = await start({ rules: [{ keepFor: '90d' }], every: 10 });
  await repository.insert(Array.from({ length: 20_000 }, () => newRecord({ receivedAt: '2001-01-01T00:00:00.000Z' })));
  await until('some are gone', () => repository.events.length < 20_000);
  await app.close();
  const left = repository.events.length;
  expect(left).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(repository.events).toHaveLength(left);
});

it('a wrong rule, and a store that can not remove, fail at boot', async () => {
  await expect(start({ rules: [{ keepFor: '6m' }] })).rejects.toThrow("got '6m': write mo for months");
  await expect(start({ rules: [] }, { eraser: undefined })).rejects.toThrow('The `storage` of EventLogModule has no `eraser`');
});

it('without EventLogModule, and without forRoot(), the module says what is missing', async () => {
  await expect(createApp('express', { imports: [EventLogRetentionModule.forRoot()] })).rejects.toThrow('EventLogModule.forRoot(');
  const bare = createApp('express', { imports: [EventLogModule.forRoot({ route: false }), EventLogRetentionModule] });
  await expect(bare).rejects.toThrow('import EventLogRetentionModule.forRoot({ rules }) instead of EventLogRetentionModule');
});

it('the module that is imported twice does not boot, as its instances would disagree', async () => {
  const twice = start({ rules: [] }, {}, [EventLogRetentionModule.forRoot({ anonymize: ['fields.email'] })]);
  await expect(twice).rejects.toThrow('EventLogRetentionModule is imported twice');
});

it('a rule for an entity type that is not there is a warning at boot', async () => {
  const rules = ['serch', 'search', 'conversation'].map((entityType) => ({ entityType, keepFor: '90d' }));
  const { lines } = await start({ rules });
  const warnings = lines.all.filter((line) => line.includes('held to entity types that are not there'));
  expect(warnings).toEqual([expect.stringContaining("The rule that keeps events of type 'serch' for 90d is held to")]);
});

it('options come from a factory, too', async () => {
  const lines = new Lines();
  const useFactory = () => ({ rules: [{ keepFor: '12w' }] });
  const imports = [EventLogModule.forRoot({ route: false }), EventLogRetentionModule.forRootAsync({ useFactory })];
  await createApp('fastify', { imports }, { logger: lines });
  expect(lines.all.some((line) => line.startsWith('Retention keeps all events for 12w'))).toBe(true);
});
