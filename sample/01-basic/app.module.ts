import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogDashboardModule } from 'nestjs-event-log/dashboard';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { EventEntity, typeOrmApiKeys, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { databaseOf } from './database.js';
import { PAGE_KEY, PageController } from './page.controller.js';
import { RecentEventsController } from './recent-events.controller.js';
import type { Settings } from './settings.js';

/** The events over HTTP, and a page that shows them, for keys that may read. */
const READING = [EventLogQueryModule.forRoot(), EventLogDashboardModule.forRoot()];

@Module({})
export class AppModule {
  static with({ databaseUrl, apiKeys, keyCacheTtl }: Settings): DynamicModule {
    // Not in a host of your own: tests use it to show that memory loses what a database keeps.
    if (databaseUrl === 'memory:') return { module: AppModule, imports: [EventLogModule.forRoot({ apiKeys }), ...READING] };
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot(databaseOf(databaseUrl)),
        TypeOrmModule.forFeature([EventEntity]),
        EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage(), keyStore: typeOrmApiKeys({ cacheTtl: keyCacheTtl }) }),
        ...READING,
      ],
      controllers: [PageController, RecentEventsController],
      providers: [{ provide: PAGE_KEY, useValue: apiKeys.find(({ id }) => id === 'page')?.key }],
    };
  }
}
