import { Module } from '@nestjs/common';
import { ConsumerStore } from './consumer.store.js';
import { CONSUMER_STORE } from '../event-storage.js';
import { neededPart } from '../storage-part.js';

/** Provides the `ConsumerStore` of the store to the module of consumers. */
@Module({
  providers: [
    neededPart(
      ConsumerStore,
      CONSUMER_STORE,
      '`consumers`, so positions of consumers can not be kept: give it a ConsumerStore, { repository, feed, consumers }',
    ),
  ],
  exports: [ConsumerStore],
})
export class ConsumerStoreModule {}
