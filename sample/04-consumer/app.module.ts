import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { eventLogConsumerMigrations, eventLogMigrations, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { databaseOf } from '../01-basic/database.js';
import { ReportConsumer } from './report.consumer.js';

@Module({})
export class AppModule {
  static with(databaseUrl: string, webhook: { url: string; secret: string }): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({
          ...databaseOf(databaseUrl),
          migrations: [...eventLogMigrations, ...eventLogConsumerMigrations],
        }),
        EventLogModule.forRoot({
          apiKeys: [{ id: 'api', key: 'demo-api-key', kind: 'api' }],
          storage: typeOrmStorage(),
        }),
        EventLogConsumersModule.forRoot({
          // Allowed for the receiver beside it; in a host of yours, never where tenants give the URLs.
          webhooks: { endpoints: [{ id: 'receiver', ...webhook }], allowPrivateAddresses: true },
        }),
      ],
      providers: [ReportConsumer],
    };
  }
}
