import type { INestApplication, Provider, Type } from '@nestjs/common';
import { EventLogModule, EventLogService, type EventStorage, type StoredEvent } from 'nestjs-event-log';
import {
  type EventConsumerHandler,
  type EventConsumerOptions,
  EventConsumer,
  EventLogConsumersModule,
  type EventLogConsumersOptions,
} from 'nestjs-event-log/consumers';
import { type Adapter, createApp } from '../utils/create-app.js';
import { Lines } from '../utils/typeorm-host.js';

export interface ConsumerHostOptions {
  adapter?: Adapter;
  storage?: EventStorage;
  imports?: NonNullable<Parameters<typeof createApp>[1]>['imports'];
  shutdownTimeout?: number;
  webhooks?: EventLogConsumersOptions['webhooks'];
}

/** A host with these consumers. */
export async function startConsumers(providers: Provider[], options: ConsumerHostOptions = {}) {
  const lines = new Lines();
  const { adapter = 'express', storage, imports = [], shutdownTimeout, webhooks } = options;
  const { app, url } = await createApp(
    adapter,
    {
      imports: [
        ...imports,
        EventLogModule.forRoot({
          apiKeys: [{ id: 'api', key: 'key-of-the-host', scopes: ['events:write'] }],
          ...(storage && { storage }),
        }),
        EventLogConsumersModule.forRoot({ shutdownTimeout, webhooks }),
      ],
      providers,
    },
    { logger: lines },
  );
  return { app, url, lines, log: loggerOf(app) };
}

function loggerOf(app: INestApplication) {
  const events = app.get(EventLogService, { strict: false });
  return async (...ids: string[]): Promise<void> => {
    for (const id of ids) await events.log({ id, entityType: 'message', type: 't', messageId: 'm' });
  };
}

/** A class of a consumer with this method, and with the options beside its name. */
export function consumerClass(
  name: string,
  handle: EventConsumerHandler['handle'],
  options: Omit<EventConsumerOptions, 'name'> = {},
): Type<EventConsumerHandler> {
  @EventConsumer({ name, ...options })
  class Consumer {
    readonly handle = handle;
  }
  return Consumer;
}

export function idsOf(events: readonly StoredEvent[]): string[] {
  return events.map(({ id }) => id);
}
