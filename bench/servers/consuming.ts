// This module with as many consumers as CONSUMERS says, which do nothing but look at how late events come.
import type { Type } from '@nestjs/common';
import type { StoredEvent } from 'nestjs-event-log';
import { EventConsumer, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { eventLog, serve } from './serve.js';

const lags: number[] = [];

function consumer(number: number): Type<unknown> {
  @EventConsumer({ name: `bench-${number}`, batchSize: 1_000 })
  class Consumer {
    handle(events: readonly StoredEvent[]): void {
      lags.push(Date.now() - Date.parse(events[0].createdAt));
    }
  }
  return Consumer;
}

const imports = [...eventLog('events:write'), EventLogConsumersModule.forRoot()];
const providers = Array.from({ length: Number(process.env.CONSUMERS) }, (_, number) => consumer(number));
await serve({ imports, providers }, () => ({ lags: lags.splice(0) }));
