import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogConversationsModule } from 'nestjs-event-log/conversations';
import { eventLogConversationMigrations, eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { databaseOf } from '../01-basic/database.js';
import { PageController } from './page.controller.js';
import type { Settings } from './settings.js';
import { WidgetPage } from './widget-page.js';

const PROJECT = 'demo-project';

@Module({})
export class AppModule {
  static with(settings: Settings): DynamicModule {
    const migrations = [...eventLogMigrations, ...eventLogConversationMigrations];
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({ ...databaseOf(settings.databaseUrl), migrations }),
        EventLogModule.forRoot({
          apiKeys: [
            // In a host of yours, the origins of its pages.
            { id: 'widget', key: settings.widgetKey, kind: 'web', allowedOrigins: ['*'], projectId: PROJECT },
            { id: 'server', key: 'demo-server-key', kind: 'api', projectId: PROJECT },
          ],
          storage: typeOrmStorage(),
        }),
        EventLogConversationsModule.forRoot(),
      ],
      controllers: [PageController],
      providers: [{ provide: WidgetPage, useFactory: () => new WidgetPage(settings) }],
    };
  }
}
