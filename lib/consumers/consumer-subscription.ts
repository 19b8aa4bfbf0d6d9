import type { StoredEvent } from '../events/event.interface.js';
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
    isWanted: (record) => {
      if (record.kind === 'erased') return handler.erase !== undefined;
      if (record.kind === 'changed' && handler.change === undefined) return false;
      return entityTypes?.has(record.event.entityType) ?? true;
    },
    deliver: async (records, { signal, attempt }) => deliver(handler, records, { signal, attempt }),
  };
}

function deliver(handler: EventConsumerHandler, records: readonly FeedRecord[], context: ConsumerContext): unknown {
  const erased: ErasedEvent[] = [];
  const events: StoredEvent[] = [];
  for (const record of records) {
    if (record.kind === 'erased') erased.push({ idDigest: record.idDigest, projectId: record.projectId });
    else events.push(record.event);
  }
  if (erased.length > 0) return handler.erase?.(erased, context);
  return records[0].kind === 'changed' ? handler.change?.(events, context) : handler.handle(events, context);
}

function retryPolicyOf({ maxAttempts, onFailure, retryDelay }: ConsumerSettings): RetryPolicy {
  return { maxAttempts, onFailure, halves: true, pauseAfter: (attempts) => jittered(retryDelay * 2 ** (attempts - 1)) };
}

/** Shortened by a random part, so that what failed together is not tried again together. */
function jittered(ms: number): number {
  return Math.min(ms, MAX_PAUSE_MS) * (1 - Math.random() / 2);
}
