import { Module } from '@nestjs/common';
import { EventFeed } from './event-feed.js';
import { EVENT_FEED } from './event-storage.js';
import { neededPart } from './storage-part.js';

/** Provides the `EventFeed` of the store to the modules that follow it. */
@Module({
  providers: [neededPart(EventFeed, EVENT_FEED, '`feed`, so nothing can follow it: give it an EventFeed, { repository, feed }')],
  exports: [EventFeed],
})
export class EventFeedModule {}
