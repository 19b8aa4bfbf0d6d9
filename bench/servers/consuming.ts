// This module with as many consumers as CONSUMERS says, which do nothing but look at how late events come.
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule, type StoredEvent } from 'nestjs-event-log';
import { EventConsumer, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { adapterOf } from './adapter.js';
import { databaseOf } from './database.js';
import { listening } from './listening.js';

const lags: number[] = [];

function consumer(number: number): Type<unknown> {
  @EventConsumer({ name: `bench-${number}`, batchSize: 1_000 })
  class Consumer {
    handle(events: readonly StoredEvent[]): void {
      lags.push(Date.now() - Date.parse(events[0].createdAt));
    }
  }
  return Consumer;
}

@Module({
  imports: [
    TypeOrmModule.forRoot(databaseOf(process.env.DATABASE_URL!)),
    EventLogModule.forRoot({
      apiKeys: [{ id: 'bench', key: process.env.API_KEY, scopes: ['events:write'] }],
      storage: typeOrmStorage(),
    }),
    EventLogConsumersModule.forRoot(),
  ],
  providers: Array.from({ length: Number(process.env.CONSUMERS) }, (_, number) => consumer(number)),
})
class AppModule {}

const app = await NestFactory.create(AppModule, adapterOf(process.env.ADAPTER ?? 'fastify'), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
listening(app.getHttpServer(), () => ({ lags: lags.splice(0) }));
