import { Module } from '@nestjs/common';
import { EventFeed } from './event-feed.js';
import { EVENT_FEED } from './event-storage.js';
import type { BuildPart } from './storage-part.js';

/** Provides the `EventFeed` of the store to the modules that follow it. */
@Module({
  providers: [
    {
      provide: EventFeed,
      useFactory: (build?: BuildPart<EventFeed>) => {
        if (build !== undefined) return build();
        throw new Error(
          'The `storage` of EventLogModule has no `feed`, so nothing can follow it: give it an EventFeed, { repository, feed }, as typeOrmStorage() does.',
        );
      },
      inject: [EVENT_FEED],
    },
  ],
  exports: [EventFeed],
})
export class EventFeedModule {}
