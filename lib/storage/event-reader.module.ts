import { Module } from '@nestjs/common';
import { EventReader } from './event-reader.js';
import { EVENT_READER } from './event-storage.js';
import { neededPart } from './storage-part.js';

/** Provides the `EventReader` of the store to the modules that read. */
@Module({
  providers: [
    neededPart(
      EventReader,
      EVENT_READER,
      '`reader`, so nothing can be read from it: give it an EventReader, { repository, reader }',
    ),
  ],
  exports: [EventReader],
})
export class EventReaderModule {}
