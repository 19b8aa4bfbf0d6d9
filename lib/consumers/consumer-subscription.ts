import type { FeedRecord } from '../storage/event-feed.js';
import type { ConsumerContext, ErasedEvent, EventConsumerHandler } from './event-consumer.interface.js';
import type { ConsumerSettings } from './consumer-settings.js';
import type { RetryPolicy, Subscription } from './subscription.interface.js';

const MAX_PAUSE_MS = 60_000;

/** The subscription of a class of the host. */
export function subscriptionOf(handler: EventConsumerHandler, settings: ConsumerSettings): Subscription {
  const { name, from, batchSize, handleTimeout } = settings;
  const entityTypes = settings.entityTypes && new Set(settings.entityTypes);
  return {
    name,
    from,
    batchSize,
    handleTimeout,
    retry: retryPolicyOf(settings),
    isWanted: (record) =>
      record.kind === 'erased' ? handler.erase !== undefined : (entityTypes?.has(record.event.entityType) ?? true),
    deliver: async (records, { signal, attempt }) => deliver(handler, records, { signal, attempt }),
  };
}

function deliver(handler: EventConsumerHandler, records: readonly FeedRecord[], context: ConsumerContext): unknown {
  const events = records.flatMap((record) => (record.kind === 'stored' ? [record.event] : []));
  if (events.length > 0) return handler.handle(events, context);
  const erased = records.flatMap((record): ErasedEvent[] =>
    record.kind === 'erased' ? [{ id: record.id, projectId: record.projectId }] : [],
  );
  return handler.erase?.(erased, context);
}

function retryPolicyOf({ maxAttempts, onFailure, retryDelay }: ConsumerSettings): RetryPolicy {
  return { maxAttempts, onFailure, halves: true, pauseAfter: (attempts) => jittered(retryDelay * 2 ** (attempts - 1)) };
}

/** Shortened by a random part, so that what failed together is not tried again together. */
function jittered(ms: number): number {
  return Math.min(ms, MAX_PAUSE_MS) * (1 - Math.random() / 2);
}
