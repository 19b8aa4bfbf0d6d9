import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { type ApiKeyOptions, EventLogModule, type EventLogExtras, type EventLogOptions } from 'nestjs-event-log';
import { EventLogConversationsModule } from 'nestjs-event-log/conversations';
import { eventLogConversationMigrations, eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { type Answer, clientOf, type SendOptions } from '../utils/client.js';
import { type Adapter, createApp, type CreateAppOptions } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';

export const ORIGIN = 'https://docs.example';

export const KEYS = {
  page: { id: 'page', key: 'key-of-a-page', kind: 'web', projectId: 'p1', integrationId: 'i1', allowedOrigins: [ORIGIN] },
  other: { id: 'other', key: 'key-of-another-page', kind: 'web', projectId: 'p2', allowedOrigins: [ORIGIN] },
  api: { id: 'api', key: 'key-of-project-one', kind: 'api', projectId: 'p1' },
  first: { id: 'first', key: 'key-of-integration-one', kind: 'api', projectId: 'p1', integrationId: 'i1' },
  second: { id: 'second', key: 'key-of-integration-two', kind: 'api', projectId: 'p1', integrationId: 'i2' },
  two: { id: 'two', key: 'key-of-project-two', kind: 'api', projectId: 'p2' },
  all: { id: 'all', key: 'key-of-no-project', kind: 'api' },
  writer: { id: 'writer', key: 'key-that-writes', scopes: ['events:write'], projectId: 'p1' },
  searches: { id: 'searches', key: 'key-of-searches', kind: 'api', projectId: 'p1', entityTypes: ['search'] },
} satisfies Record<string, ApiKeyOptions>;

export interface ConversationsHostOptions {
  log?: EventLogOptions & Partial<EventLogExtras>;
  conversations?: Parameters<typeof EventLogConversationsModule.forRoot>[0];
  imports?: ModuleMetadata['imports'];
  controllers?: ModuleMetadata['controllers'];
  app?: CreateAppOptions;
}

/** A host that keeps conversations; `send` posts JSON with the key of a page, unless a call says otherwise. */
export interface ConversationsHost {
  app: INestApplication;
  url: string;
  send(path: string, body: unknown, options?: SendOptions): Promise<Answer>;
  /** With a key that reads. */
  get(path: string, options?: SendOptions): Promise<Answer>;
  delete(path: string, key?: string): Promise<Answer>;
  /** Stores a conversation, which must succeed, and resolves to the answer. */
  stored(conversation: unknown, options?: SendOptions): Promise<AnsweredConversation>;
}

export interface AnsweredConversation extends Record<string, unknown> {
  id: string;
  messages: ({ id: string; role: string; content: unknown } & Record<string, unknown>)[];
}

export async function startConversations(adapter: Adapter, options: ConversationsHostOptions = {}): Promise<ConversationsHost> {
  const { app, url } = await createApp(
    adapter,
    {
      controllers: options.controllers,
      imports: [
        ...(options.imports ?? []),
        EventLogModule.forRoot({ apiKeys: Object.values(KEYS), ...options.log }),
        EventLogConversationsModule.forRoot(options.conversations),
      ],
    },
    options.app,
  );
  const page = clientOf(url, KEYS.page.key);
  const reader = clientOf(url, KEYS.api.key);
  const send = (path: string, body: unknown, more: SendOptions = {}) => page.log(body, { path, ...more });
  return {
    app,
    url,
    send,
    get: reader.get,
    delete: (path, key = KEYS.api.key) => page.raw(path, { method: 'DELETE', headers: { Authorization: `Bearer ${key}` } }),
    stored: async (conversation, more) => {
      const answer = await send('/conversations', conversation, more);
      if (answer.status !== 200) throw new Error(`Expected a conversation to be stored, got ${answer.status}: ${answer.text}`);
      return answer.json<AnsweredConversation>();
    },
  };
}

/** Options of a host that keeps all in the database of this URL. */
export function storedIn(url: string, entityPrefix = ''): ConversationsHostOptions {
  const migrations = [...eventLogMigrations, ...eventLogConversationMigrations];
  const source = {
    ...dataSourceOptions(url, { migrations, entityPrefix, migrationsTableName: `${entityPrefix}migrations` }),
    retryAttempts: 0,
  } as TypeOrmModuleOptions;
  return { imports: [TypeOrmModule.forRoot(source)], log: { storage: typeOrmStorage() } };
}

let made = 0;

/** The id of a message as the widget makes it. */
export function messageId(role: 'user' | 'assistant' = 'user'): string {
  return `${1_795_699_301_003 + made++}-${randomUUID().slice(0, 4)}-${role === 'user' ? 1 : 2}`;
}

export function question(content = 'How do guards work?') {
  return { id: messageId(), role: 'user', content };
}

export function reply(content = 'They **decide** who passes.') {
  return { id: messageId('assistant'), role: 'assistant', content, links: [], tool_calls: [] };
}

/** A chat as the widget sends it. */
export function chat(messages: readonly object[] = [question()], more: object = {}) {
  const userProperties = { identificationType: 'ID_PROVIDED', id: 'u-1', email: 'person@example.org' };
  return { type: 'openai', messages, tags: ['a', 'b'], userProperties, properties: { site: 'docs' }, ...more };
}

/** What the widget makes of a chat that is shared. */
export function shared({ messages }: AnsweredConversation) {
  const copies = messages.map(({ createdAt: _at, updatedAt: _too, conversationId: _of, ...message }) => {
    return { ...message, id: `${Date.now()}${message.id}` };
  });
  return { type: 'openai', visibility: 'public', tags: [], userProperties: {}, messages: copies };
}
