import { Module } from '@nestjs/common';
import { EventReader } from './event-reader.js';
import { EVENT_READER } from './event-storage.js';
import type { BuildPart } from './storage-part.js';

/** Provides the `EventReader` of the store to the modules that read. */
@Module({
  providers: [
    {
      provide: EventReader,
      useFactory: (build?: BuildPart<EventReader>) => {
        if (build !== undefined) return build();
        throw new Error(
          'The `storage` of EventLogModule has no `reader`, so nothing can be read from it: give it an EventReader, { repository, reader }, as typeOrmStorage() does.',
        );
      },
      inject: [EVENT_READER],
    },
  ],
  exports: [EventReader],
})
export class EventReaderModule {}
