import { Module } from '@nestjs/common';
import { EventEraser } from './event-eraser.js';
import { EVENT_ERASER } from './event-storage.js';
import { neededPart } from './storage-part.js';

/** Provides the `EventEraser` of the store to the modules that remove events. */
@Module({
  providers: [
    neededPart(
      EventEraser,
      EVENT_ERASER,
      '`eraser`, so nothing can be removed from it: give it an EventEraser, { repository, eraser }',
    ),
  ],
  exports: [EventEraser],
})
export class EventEraserModule {}
