import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule, NoteClientHook } from 'nestjs-event-log';
import { eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { LargeOrdersHook } from './large-orders.hook.js';
import { OrdersModule } from './orders/orders.module.js';

@Module({})
export class AppModule {
  /** `database` is a file of SQLite. */
  static with(database: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'better-sqlite3',
          database,
          autoLoadEntities: true,
          migrations: eventLogMigrations,
          migrationsRun: true,
        }),
        EventLogModule.forRoot({
          apiKeys: [
            // Its origins let it be tried on the page at /docs. A server needs none, as only browsers send one.
            { id: 'warehouse', key: 'demo-api-key', kind: 'api', allowedOrigins: ['*'] },
            // In a page, where nobody may write orders.
            { id: 'page', key: 'demo-page-key', kind: 'web', allowedOrigins: ['*'], entityTypes: ['search', 'message'] },
          ],
          storage: typeOrmStorage(),
          hooks: [NoteClientHook, LargeOrdersHook],
        }),
        OrdersModule,
      ],
    };
  }
}
