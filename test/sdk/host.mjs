import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';

export const KEY = 'key-of-the-sdk';

const ADAPTERS = { express: ExpressAdapter, fastify: FastifyAdapter };
const shared = { autoLoadEntities: true, migrations: eventLogMigrations, migrationsRun: true, retryAttempts: 0 };

/** A host on a free port that keeps events in the database of this URL. */
export async function startHost(adapter, database) {
  const source = database.startsWith('sqlite:')
    ? { type: 'better-sqlite3', database: database.slice('sqlite:'.length) }
    : { type: 'postgres', url: database };
  const HostModule = {
    module: class HostModule {},
    imports: [
      TypeOrmModule.forRoot({ ...shared, ...source }),
      EventLogModule.forRoot({
        apiKeys: [{ id: 'sdk', key: KEY, kind: 'api', projectId: 'p1' }],
        ...(process.env.SDK_MEMORY ? {} : { storage: typeOrmStorage() }),
      }),
      EventLogQueryModule.forRoot(),
    ],
  };
  const app = await NestFactory.create(HostModule, new ADAPTERS[adapter](), { logger: ['error'], abortOnError: false });
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), close: () => app.close() };
}
