import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogConversationsModule } from 'nestjs-event-log/conversations';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { eventLogConversationMigrations, eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';

export const KEY = 'key-of-the-sdk';
export const PAGE_KEY = 'key-of-a-page';

const ADAPTERS = { express: ExpressAdapter, fastify: FastifyAdapter };
const migrations = [...eventLogMigrations, ...eventLogConversationMigrations];
const shared = { autoLoadEntities: true, migrations, migrationsRun: true, retryAttempts: 0 };

/** A host on a free port that keeps events in the database of this URL, or in memory. */
export async function startHost(adapter, database) {
  const HostModule = {
    module: class HostModule {},
    imports: [
      ...(database === 'memory:' ? [] : [TypeOrmModule.forRoot({ ...shared, ...sourceOf(database) })]),
      EventLogModule.forRoot({
        apiKeys: [
          { id: 'sdk', key: KEY, kind: 'api', projectId: 'p1' },
          { id: 'page', key: PAGE_KEY, kind: 'web', projectId: 'p1' },
        ],
        ...(database !== 'memory:' && { storage: typeOrmStorage() }),
      }),
      EventLogQueryModule.forRoot(),
      EventLogConversationsModule.forRoot(),
    ],
  };
  const app = await NestFactory.create(HostModule, new ADAPTERS[adapter](), { logger: ['error'], abortOnError: false });
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), close: () => app.close() };
}

function sourceOf(database) {
  if (!database.startsWith('sqlite:')) return { type: 'postgres', url: database };
  return { type: 'better-sqlite3', database: database.slice('sqlite:'.length) };
}
