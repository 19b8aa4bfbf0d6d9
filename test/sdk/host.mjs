import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { clickHouseReader, ClickHouseCopyService, EventLogClickHouseModule } from 'nestjs-event-log/clickhouse';
import { EventLogConversationsModule } from 'nestjs-event-log/conversations';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import {
  eventLogConsumerMigrations,
  eventLogConversationMigrations,
  eventLogMigrations,
  typeOrmStorage,
} from 'nestjs-event-log/typeorm';

export const KEY = 'key-of-the-sdk';
export const PAGE_KEY = 'key-of-a-page';

const ADAPTERS = { express: ExpressAdapter, fastify: FastifyAdapter };
const migrations = [...eventLogMigrations, ...eventLogConversationMigrations, ...eventLogConsumerMigrations];
const shared = { autoLoadEntities: true, migrations, migrationsRun: true, retryAttempts: 0 };

/**
 * A host on a free port that keeps events in the database of this URL, or in memory; with `clickHouse`, which makes a client, it reads
 * from a copy there.
 */
export async function startHost(adapter, database, clickHouse) {
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
      ...(clickHouse ? [EventLogClickHouseModule.forRoot({ client: clickHouse, database: `sdk_${adapter}` })] : []),
      EventLogQueryModule.forRoot(clickHouse && { reader: clickHouseReader() }),
      EventLogConversationsModule.forRoot(),
    ],
  };
  const app = await NestFactory.create(HostModule, new ADAPTERS[adapter](), { logger: ['error'], abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const copied = () => clickHouse && untilCopied(app.get(ClickHouseCopyService, { strict: false }));
  return { url: await app.getUrl(), copied, close: () => app.close() };
}

/** All that is stored by now, or two minutes are over. */
async function untilCopied(copy) {
  const since = Date.now();
  const isCopied = async () => Date.parse((await copy.report().catch(() => ({}))).asOf ?? '') >= since;
  while (!(await isCopied())) {
    if (Date.now() - since > 120_000) throw new Error('Nothing is copied into ClickHouse');
    await delay(200);
  }
}

function sourceOf(database) {
  if (!database.startsWith('sqlite:')) return { type: 'postgres', url: database };
  return { type: 'better-sqlite3', database: database.slice('sqlite:'.length) };
}
