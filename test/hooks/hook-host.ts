import type { LoggerService, ModuleMetadata } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import {
  type EventLogExtras,
  EventLogModule,
  type EventLogOptions,
  EventLogService,
  EventRepository,
  type StoredEvent,
} from 'nestjs-event-log';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { inspect } from 'node:util';
import { clientOf } from '../utils/client.js';
import { type Adapter, ADAPTERS, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';

export const SITE = 'https://site.example';
export const API_KEY = { id: 'server', key: 'key-of-the-server', kind: 'api', allowedOrigins: [SITE], projectId: 'p' } as const;
export const WEB_KEY = { id: 'page', key: 'key-of-the-page', kind: 'web', allowedOrigins: [SITE], projectId: 'p' } as const;

type HookHostOptions = Partial<EventLogOptions & EventLogExtras>;

/** Where a host keeps its events. */
type Store = (options: HookHostOptions) => ModuleMetadata['imports'];

const inMemory: Store = (options) => [EventLogModule.forRoot({ apiKeys: [API_KEY, WEB_KEY], ...options })];

const inDatabase =
  (url: () => string): Store =>
  (options) => [
    TypeOrmModule.forRoot({
      ...dataSourceOptions(url(), { entities: [], autoLoadEntities: true }),
      retryAttempts: 0,
    } as TypeOrmModuleOptions),
    ...inMemory({ storage: typeOrmStorage(), ...options })!,
  ];

export type StartHookHost = (options: HookHostOptions) => ReturnType<typeof startHookHost>;

async function startHookHost(adapter: Adapter, imports: ModuleMetadata['imports']) {
  const lines: string[] = [];
  const write = (...parts: unknown[]) => void lines.push(parts.map((part) => inspect(part)).join(' '));
  const logger: LoggerService = { log: write, warn: write, error: write };
  const { app, url } = await createApp(adapter, { imports }, { logger, trustProxy: true });
  const repository = app.get(EventRepository, { strict: false });
  return {
    client: clientOf(url, API_KEY.key),
    eventLog: app.get(EventLogService, { strict: false }),
    /** What the host logged. */
    lines,
    stored: (id: string): Promise<StoredEvent | undefined> => repository.find!(id, 'p'),
  };
}

/** One `describe` for each adapter, and for memory and PostgreSQL. */
export function describeHooks(title: string, define: (start: StartHookHost) => void): void {
  const onAdapters = (store: Store) =>
    describe.each(ADAPTERS)('on %s', (adapter) => define((options) => startHookHost(adapter, store(options))));
  describe(`${title} in memory`, () => onAdapters(inMemory));
  describeEngines(title, (engine) => onAdapters(inDatabase(() => engine.url)), ['PostgreSQL']);
}
