import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventLogModule, EventRepository, type EventRecord } from 'nestjs-event-log';
import { BoundedReader } from '../../lib/query/bounded-reader.js';
import { EventQueryService } from '../../lib/query/event-query.service.js';
import type { EventLogQueryOptions } from '../../lib/query/query-options.interface.js';
import { QuerySettings } from '../../lib/query/query-settings.js';
import { EventReaderModule } from '../../lib/storage/event-reader.module.js';
import { OrderEventDto } from '../fixtures/order-event.dto.js';

/** An application that stores events in memory and reads them. */
export async function queryHost(events: readonly EventRecord[] = [], options: EventLogQueryOptions = {}) {
  @Module({
    imports: [
      EventLogModule.forRoot({ apiKeys: [{ id: 'k', key: 'some-long-key', kind: 'api' }] }),
      EventLogModule.forFeature([OrderEventDto]),
      EventReaderModule,
    ],
    providers: [EventQueryService, BoundedReader, { provide: QuerySettings, useValue: new QuerySettings(options) }],
  })
  class HostModule {}
  const app = await NestFactory.createApplicationContext(HostModule, { logger: false });
  if (events.length > 0) await app.get(EventRepository, { strict: false }).insert(events, 5_000);
  return { app, service: app.get(EventQueryService), repository: app.get(EventRepository, { strict: false }) };
}
