import type { DynamicModule, INestApplication, LogLevel, ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type ApiKeyScope, EventLogModule } from 'nestjs-event-log';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { adapterOf } from './adapter.js';
import { databaseOf } from './database.js';
import { listening } from './listening.js';

/** This module over the database of DATABASE_URL, with API_KEY for these scopes. */
export function eventLog(...scopes: ApiKeyScope[]): DynamicModule[] {
  return [
    TypeOrmModule.forRoot(databaseOf(process.env.DATABASE_URL!)),
    EventLogModule.forRoot({ apiKeys: [{ id: 'bench', key: process.env.API_KEY, scopes }], storage: typeOrmStorage() }),
  ];
}

/** Starts a host on ADAPTER, and tells the parent process as `listening()` does. */
export async function serve(
  metadata: ModuleMetadata,
  more?: () => object,
  logger: LogLevel[] = ['error'],
): Promise<INestApplication> {
  const app = await NestFactory.create({ ...metadata, module: AppModule }, adapterOf(process.env.ADAPTER ?? 'fastify'), {
    logger,
  });
  await app.listen(0, '127.0.0.1');
  listening(app.getHttpServer(), more);
  return app;
}

class AppModule {}
