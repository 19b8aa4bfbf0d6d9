// This module with all that works on the log beside its writers: a consumer, queries, retention, and erasures of those persons that
// the messages `delete <user>` and `anonymize <user>` name.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule, type StoredEvent } from 'nestjs-event-log';
import { EventConsumer, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { EventLogRetentionModule, EventPrivacyService } from 'nestjs-event-log/retention';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { adapterOf } from './adapter.js';
import { databaseOf } from './database.js';
import { listening } from './listening.js';

let handled: string[] = [];
let erased: string[] = [];

@EventConsumer({ name: 'together', from: 'beginning', batchSize: 500 })
class Consumer {
  handle(events: readonly StoredEvent[]): void {
    for (const { id } of events) handled.push(id);
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot(databaseOf(process.env.DATABASE_URL!)),
    EventLogModule.forRoot({
      apiKeys: [{ id: 'bench', key: process.env.API_KEY, scopes: ['events:write', 'events:read'] }],
      storage: typeOrmStorage(),
    }),
    EventLogQueryModule.forRoot(),
    EventLogConsumersModule.forRoot(),
    EventLogRetentionModule.forRoot({ rules: [{ entityType: 'search', keepFor: process.env.KEEP_SEARCHES! }], every: 1_000 }),
  ],
  providers: [Consumer],
})
class AppModule {}

const app = await NestFactory.create(AppModule, adapterOf(process.env.ADAPTER ?? 'fastify'), { logger: ['error', 'warn'] });
process.on('message', (message: string) => {
  const [mode, userId] = message.split(' ') as ['delete' | 'anonymize', string | undefined];
  if (userId !== undefined) void erase(userId, mode);
});
await app.listen(0, '127.0.0.1');
listening(app.getHttpServer(), () => {
  const told = { handled, erased };
  [handled, erased] = [[], []];
  return told;
});

async function erase(userId: string, mode: 'delete' | 'anonymize'): Promise<void> {
  await app.get(EventPrivacyService).erase({ userId }, { mode });
  erased.push(userId);
}
