import { Module } from '@nestjs/common';
import { CONVERSATION_STORE } from '../event-storage.js';
import type { BuildPart } from '../storage-part.js';
import { ConversationStore } from './conversation.store.js';

/** Provides the `ConversationStore` of the store to the module of conversations. */
@Module({
  providers: [
    {
      provide: ConversationStore,
      useFactory: (build?: BuildPart<ConversationStore>) => {
        if (build !== undefined) return build();
        throw new Error(
          'The `storage` of EventLogModule has no `conversations`, so conversations can not be kept: give it a ConversationStore, { repository, conversations }, as typeOrmStorage() does.',
        );
      },
      inject: [CONVERSATION_STORE],
    },
  ],
  exports: [ConversationStore],
})
export class ConversationStoreModule {}
