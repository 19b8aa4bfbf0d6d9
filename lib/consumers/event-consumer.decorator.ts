import { SetMetadata } from '@nestjs/common';
import { consumerClasses } from '../storage/consumers/consumer-classes.js';
import type { EventConsumerHandler, EventConsumerOptions } from './event-consumer.interface.js';

/** Metadata key of the options of a consumer. */
export const EVENT_CONSUMER = 'EVENT_LOG:EVENT_CONSUMER';

/**
 * Makes a provider of the host a consumer of stored events; `EventLogConsumersModule` finds it in any module.
 *
 * @example
 * ```ts
 * @EventConsumer({ name: 'crm', entityTypes: ['order'], from: 'now' })
 * export class CrmConsumer implements EventConsumerHandler {
 *   constructor(private readonly crm: CrmClient) {}
 *
 *   async handle(events: readonly StoredEvent[], { signal }: ConsumerContext) {
 *     await this.crm.upsert(events, { signal });
 *   }
 * }
 * ```
 */
export function EventConsumer(options: EventConsumerOptions): (target: new (...args: never[]) => EventConsumerHandler) => void {
  return (target) => {
    consumerClasses.add(target);
    SetMetadata(EVENT_CONSUMER, options)(target);
  };
}
