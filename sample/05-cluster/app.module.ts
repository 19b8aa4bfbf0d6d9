import { type DynamicModule, Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { typeOrmApiKeys, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { dataSourceOptions } from './data-source.js';
import { Handover } from './handover.js';
import { RedisThrottlerStorage } from './redis-throttler.storage.js';
import type { Settings } from './settings.js';
import { WorkerLogConsumer } from './worker-log.consumer.js';

@Module({})
export class AppModule {
  static with({ databaseUrl, redisUrl, keyCacheTtl }: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions(databaseUrl), autoLoadEntities: true }),
        ThrottlerModule.forRoot({ throttlers: [], storage: new RedisThrottlerStorage(redisUrl) }),
        EventLogModule.forRoot({
          apiKeys: [
            { id: 'api', key: 'demo-api-key', kind: 'api' },
            { id: 'limited', key: 'demo-limited-key', kind: 'api', rateLimit: { limit: 10, ttl: 60_000 } },
          ],
          storage: typeOrmStorage(),
          keyStore: typeOrmApiKeys({ cacheTtl: keyCacheTtl }),
        }),
        EventLogConsumersModule.forRoot(),
      ],
      providers: [WorkerLogConsumer, Handover],
    };
  }
}
