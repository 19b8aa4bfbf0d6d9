// This module with the routes that read.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { adapterOf } from './adapter.js';
import { databaseOf } from './database.js';
import { listening } from './listening.js';

@Module({
  imports: [
    TypeOrmModule.forRoot(databaseOf(process.env.DATABASE_URL!)),
    EventLogModule.forRoot({
      apiKeys: [{ id: 'bench', key: process.env.API_KEY, scopes: ['events:write', 'events:read'] }],
      storage: typeOrmStorage(),
    }),
    EventLogQueryModule.forRoot(),
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, adapterOf(process.env.ADAPTER ?? 'fastify'), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
listening(app.getHttpServer());
