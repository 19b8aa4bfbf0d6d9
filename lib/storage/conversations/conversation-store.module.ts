import { Module } from '@nestjs/common';
import { CONVERSATION_STORE } from '../event-storage.js';
import { neededPart } from '../storage-part.js';
import { ConversationStore } from './conversation.store.js';

/** Provides the `ConversationStore` of the store to the module of conversations. */
@Module({
  providers: [
    neededPart(
      ConversationStore,
      CONVERSATION_STORE,
      '`conversations`, so conversations can not be kept: give it a ConversationStore, { repository, conversations }',
    ),
  ],
  exports: [ConversationStore],
})
export class ConversationStoreModule {}
