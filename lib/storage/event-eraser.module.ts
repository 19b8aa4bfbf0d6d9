import { Module } from '@nestjs/common';
import { EventEraser } from './event-eraser.js';
import { EVENT_ERASER } from './event-storage.js';
import type { BuildPart } from './storage-part.js';

/** Provides the `EventEraser` of the store to the modules that remove events. */
@Module({
  providers: [
    {
      provide: EventEraser,
      useFactory: (build?: BuildPart<EventEraser>) => {
        if (build !== undefined) return build();
        throw new Error(
          'The `storage` of EventLogModule has no `eraser`, so nothing can be removed from it: give it an EventEraser, { repository, eraser }, as typeOrmStorage() does.',
        );
      },
      inject: [EVENT_ERASER],
    },
  ],
  exports: [EventEraser],
})
export class EventEraserModule {}
