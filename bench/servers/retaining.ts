// This module, with retention that removes what is older than a day while it is told to, by the messages `retain` and `rest`.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule } from 'nestjs-event-log';
import { TypeOrmConsumerStore, TypeOrmEventEraser, TypeOrmEventFeed, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { RetentionSettings } from '../../lib/retention/retention-settings.js';
import { StoreRetentionService } from '../../lib/retention/store-retention.service.js';
import { adapterOf } from './adapter.js';
import { databaseOf } from './database.js';
import { listening } from './listening.js';

@Module({
  imports: [
    TypeOrmModule.forRoot(databaseOf(process.env.DATABASE_URL!)),
    EventLogModule.forRoot({
      apiKeys: [{ id: 'bench', key: process.env.API_KEY, scopes: ['events:write'] }],
      storage: typeOrmStorage(),
    }),
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, adapterOf(process.env.ADAPTER ?? 'fastify'), { logger: ['error'] });
const source = app.get(DataSource);
const [feed, eraser] = [new TypeOrmEventFeed(source), new TypeOrmEventEraser(source)];
const settings = new RetentionSettings({ rules: [{ keepFor: '1d' }] });
const retention = new StoreRetentionService(feed, eraser, new TypeOrmConsumerStore(source), settings);
let stop = new AbortController();
let removed = 0;
process.on('message', (message) => {
  if (message === 'rest') stop.abort();
  if (message === 'retain') void retain((stop = new AbortController()).signal);
});
await app.listen(0, '127.0.0.1');
listening(app.getHttpServer(), () => ({ removed }));

/** As the module does it, but again and again. */
async function retain(signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await delay(100)) {
    const report = await retention.run(signal);
    removed += report.removed.reduce((sum, { events }) => sum + events, 0);
  }
}
