// This module with a copy in ClickHouse, whose engine is in the process, in the folder CLICKHOUSE_PATH.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogClickHouseModule } from 'nestjs-event-log/clickhouse';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { openClient } from '../clickhouse/engine.js';
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
    EventLogClickHouseModule.forRoot({ client: () => openClient(process.env.CLICKHOUSE_PATH!), database: 'written' }),
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, adapterOf(process.env.ADAPTER ?? 'fastify'), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
listening(app.getHttpServer());
