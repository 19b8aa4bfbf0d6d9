import type { INestApplication, LoggerService } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { EventLogModule } from 'nestjs-event-log';
import { ApiKeyService, typeOrmApiKeys, type TypeOrmApiKeysOptions, typeOrmStorage } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { type Adapter, createApp } from './create-app.js';
import { dataSourceOptions } from './databases.js';

const KEY = 'key-of-the-options';

/** What the host logged. */
export class Lines implements LoggerService {
  readonly all: string[] = [];
  readonly log = (message: unknown) => void this.all.push(String(message));
  readonly error = this.log;
  readonly warn = this.log;
}

export interface TypeOrmHost {
  app: INestApplication;
  url: string;
  keys: ApiKeyService;
  dataSource: DataSource;
  lines: Lines;
  /** Sends one event, and resolves to status and body of the answer. */
  post(fields?: object, key?: string): Promise<{ status: number; body: Record<string, unknown> }>;
}

export interface TypeOrmHostOptions {
  /** Of the data source. */
  source?: object;
  keys?: TypeOrmApiKeysOptions;
  /** Of EventLogModule. */
  module?: object;
}

/** A host that keeps events and keys in one database, booted without a second try. */
export async function startTypeOrmHost(
  adapter: Adapter,
  databaseUrl: string,
  { source, keys, module }: TypeOrmHostOptions = {},
): Promise<TypeOrmHost> {
  const lines = new Lines();
  const { app, url } = await createApp(
    adapter,
    {
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions(databaseUrl, source), retryAttempts: 0 } as TypeOrmModuleOptions),
        EventLogModule.forRoot({
          apiKeys: [{ id: 'configured', key: KEY, scopes: ['events:write'] }],
          storage: typeOrmStorage(),
          keyStore: typeOrmApiKeys(keys),
          ...module,
        }),
      ],
    },
    { logger: lines },
  );
  return {
    app,
    url,
    keys: app.get(ApiKeyService, { strict: false }),
    dataSource: app.get(getDataSourceToken(), { strict: false }),
    lines,
    post: async (fields = {}, key = KEY) => {
      const event = { id: randomUUID(), entityType: 'message', type: 't', messageId: 'm', ...fields };
      const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
      const response = await fetch(`${url}/events`, { method: 'POST', headers, body: JSON.stringify(event) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}
