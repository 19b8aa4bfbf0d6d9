import { Module } from '@nestjs/common';
import { ConsumerStore } from './consumer.store.js';
import { CONSUMER_STORE } from '../event-storage.js';
import type { BuildPart } from '../storage-part.js';

/** Provides the `ConsumerStore` of the store to the module of consumers. */
@Module({
  providers: [
    {
      provide: ConsumerStore,
      useFactory: (build?: BuildPart<ConsumerStore>) => {
        if (build !== undefined) return build();
        throw new Error(
          'The `storage` of EventLogModule has no `consumers`, so positions of consumers can not be kept: give it a ConsumerStore, { repository, feed, consumers }, as typeOrmStorage() does.',
        );
      },
      inject: [CONSUMER_STORE],
    },
  ],
  exports: [ConsumerStore],
})
export class ConsumerStoreModule {}
