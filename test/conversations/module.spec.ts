import { Controller, Get } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { EventLogModule, InMemoryEventRepository } from 'nestjs-event-log';
import { ConversationService, EventLogConversationsModule, InvalidConversationException } from 'nestjs-event-log/conversations';
import { EventLogTestingModule } from 'nestjs-event-log/testing';
import { eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { clientOf } from '../utils/client.js';
import { ADAPTERS, closeApps, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { chat, KEYS, question, startConversations } from './host.js';

afterEach(closeApps);

const apiKeys = Object.values(KEYS);

@Controller('conversations')
class OwnController {
  @Get()
  list(): string {
    return 'conversations of the host';
  }
}

it.each(ADAPTERS)('a host without the module on %s answers /conversations and /feedback as before', async (adapter) => {
  const { url } = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys })], controllers: [OwnController] });
  const { get, log } = clientOf(url, KEYS.api.key);
  expect((await get('/conversations')).text).toBe('conversations of the host');
  const preflight = { Origin: 'https://docs.example', 'Access-Control-Request-Method': 'POST' };
  const options = await fetch(`${url}/conversations`, { method: 'OPTIONS', headers: preflight });
  expect(options.headers.get('access-control-allow-origin')).toBe(null);
  for (const path of ['/conversations', '/feedback']) {
    const answer = await log(chat(), { path });
    expect([answer.status, answer.json().error]).toEqual([404, 'Not Found']);
  }
});

it.each(ADAPTERS)('the routes stand below the path, the prefix and the version of the host on %s', async (adapter) => {
  const host = await startConversations(adapter, {
    conversations: { path: 'widget' },
    app: { configure: (app) => app.setGlobalPrefix('api') },
  });
  const { id } = (await host.send('/api/widget/conversations', chat())).json<{ id: string }>();
  expect((await host.get(`/api/widget/conversations/${id}`)).status).toBe(200);
  expect((await host.send('/api/widget/feedback', { type: 'positive', messageId: 'm' })).status).toBe(200);
  expect((await host.get('/conversations')).status).toBe(404);
});

it('options from a factory hold, and the service is global where it is asked for', async () => {
  const { app, url } = await createApp('express', {
    imports: [
      EventLogModule.forRoot({ apiKeys }),
      EventLogConversationsModule.forRootAsync({ isGlobal: true, useFactory: () => ({ maxMessages: 2 }) }),
    ],
  });
  const messages = [question(), question(), question()];
  const answer = await clientOf(url, KEYS.page.key).log(chat(messages), { path: '/conversations' });
  expect(answer.status).toBe(422);
  expect(answer.json().detail).toBe('messages must not hold more than 2 messages');
  const service = app.get(ConversationService, { strict: false });
  await expect(service.log({ type: 'openai', messages })).rejects.toThrow(InvalidConversationException);
});

it("the host's own code keeps conversations and feedback, and reads them", async () => {
  const { app } = await startConversations('express');
  const service = app.get(ConversationService, { strict: false });
  const ticket = { type: 'support_ticket', externalId: 'T-1', messages: [{ role: 'customer', content: 'Help' }] } as const;
  const { id, messages } = await service.log(ticket, { projectId: 'p1' });
  const answered = { ...ticket, messages: [...ticket.messages, { role: 'agent', content: null }] };
  expect((await service.log(answered, { projectId: 'p1' })).id).toBe(id);
  expect((await service.findByExternalId('T-1', { projectId: 'p1' }))?.messages.length).toBe(2);
  expect(await service.find(id, { projectId: 'p2' })).toBe(undefined);
  await service.submitFeedback({ type: 'positive', messageId: messages[0].id }, { projectId: 'p1' });
  expect(await service.listFeedback({ limit: 10, offset: 0 })).toMatchObject({ positiveFeedbackCount: 1 });
  expect(await service.delete(id)).toBe(true);
  await expect(service.log(answered, { projectId: 'p1' })).resolves.toMatchObject({ messages: [{}, {}] });
});

it("a host's own tests keep conversations in memory", async () => {
  const module = EventLogTestingModule.forRoot({ route: true, apiKeys });
  const { url } = await createApp('express', { imports: [module, EventLogConversationsModule.forRoot()] });
  const answer = await clientOf(url, KEYS.page.key).log(chat(), { path: '/conversations' });
  expect(answer.status).toBe(200);
});

describe('A host does not boot', () => {
  const boot = (module: unknown, log: object = {}) =>
    createApp('express', { imports: [EventLogModule.forRoot({ apiKeys, ...log }), module as never] });

  it.each<[string, () => unknown, string]>([
    [
      'without options',
      () => EventLogConversationsModule,
      'EventLogConversationsModule needs options: import EventLogConversationsModule.forRoot()',
    ],
    [
      'with an option that is unknown',
      () => EventLogConversationsModule.forRoot({ maxMesages: 1 } as object),
      'Unknown option `maxMesages`: known are maxMessages, path',
    ],
    [
      'with a number that is none',
      () => EventLogConversationsModule.forRoot({ maxMessages: 0 }),
      'Expected `maxMessages` to be an integer, from 1 to 10000, got 0',
    ],
    [
      'with a path that is none',
      () => EventLogConversationsModule.forRoot({ path: 1 as never }),
      'Expected `path` to be a string, got number',
    ],
  ])('%s', async (_what, module, message) => {
    await expect((async () => boot(module()))()).rejects.toThrow(message);
  });

  it('with a store that keeps no conversations', async () => {
    await expect(
      boot(EventLogConversationsModule.forRoot(), { storage: { repository: InMemoryEventRepository } }),
    ).rejects.toThrow(
      'The `storage` of EventLogModule has no `conversations`, so conversations can not be kept: give it a ConversationStore',
    );
  });

  it('without a key', async () => {
    const booting = boot(EventLogConversationsModule.forRoot(), { apiKeys: undefined, route: false });
    await expect(booting).rejects.toThrow('EventLogModule has no keys to use them with');
  });

  it('without EventLogModule', async () => {
    const booting = createApp('express', { imports: [EventLogConversationsModule.forRoot()] });
    await expect(booting).rejects.toThrow('EventLogModule.forRoot({');
  });

  it('without the tables, which a host without the module does not need', async () => {
    const source = { ...dataSourceOptions('sqlite::memory:', { migrations: eventLogMigrations }), retryAttempts: 0 };
    const imports = () => [
      TypeOrmModule.forRoot(source as TypeOrmModuleOptions),
      EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }),
    ];
    await createApp('express', { imports: imports() });
    const booting = createApp('express', { imports: [...imports(), EventLogConversationsModule.forRoot()] });
    await expect(booting).rejects.toThrow('There is no table for conversations (`event_log_conversations`)');
  });
});
