import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { type ApiKeyOptions, EventLogModule, type EventLogExtras, type EventLogOptions } from 'nestjs-event-log';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { clientOf } from '../utils/client.js';
import { type Adapter, createApp, type CreateAppOptions } from '../utils/create-app.js';

export const KEYS = {
  all: { id: 'all', key: 'key-of-no-project', kind: 'api' },
  one: { id: 'one', key: 'key-of-project-one', kind: 'api', projectId: 'p1' },
  two: { id: 'two', key: 'key-of-project-two', kind: 'api', projectId: 'p2' },
  integration: { id: 'integration', key: 'key-of-integration', kind: 'api', projectId: 'p1', integrationId: 'i1' },
  searches: { id: 'searches', key: 'key-of-searches', kind: 'api', projectId: 'p1', entityTypes: ['search'] },
  web: { id: 'web', key: 'key-of-a-page', kind: 'web', allowedOrigins: ['https://site.example'] },
  writer: { id: 'writer', key: 'key-that-writes', scopes: ['events:write'] },
} satisfies Record<string, ApiKeyOptions>;

export interface ReadingHostOptions {
  log?: EventLogOptions & Partial<EventLogExtras>;
  query?: Parameters<typeof EventLogQueryModule.forRoot>[0];
  imports?: ModuleMetadata['imports'];
  controllers?: ModuleMetadata['controllers'];
  app?: CreateAppOptions;
}

export interface ReadingHost {
  app: INestApplication;
  url: string;
  /** With the key of all projects, unless a call says otherwise. */
  client: ReturnType<typeof clientOf>;
  /** POST of JSON. */
  ask(
    path: string,
    body?: unknown,
    key?: string,
    headers?: Record<string, string>,
  ): ReturnType<ReturnType<typeof clientOf>['raw']>;
}

/** A host that takes events and answers questions about them. */
export async function startReadingHost(adapter: Adapter, options: ReadingHostOptions = {}): Promise<ReadingHost> {
  const { app, url } = await createApp(
    adapter,
    {
      controllers: options.controllers,
      imports: [
        ...(options.imports ?? []),
        EventLogModule.forRoot({ apiKeys: Object.values(KEYS), ...options.log }),
        EventLogQueryModule.forRoot(options.query),
      ],
    },
    options.app,
  );
  const client = clientOf(url, KEYS.all.key);
  return {
    app,
    url,
    client,
    ask: (path, body = {}, key = KEYS.all.key, headers = {}) =>
      client.raw(path, {
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
