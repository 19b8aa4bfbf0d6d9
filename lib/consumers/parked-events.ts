import type { ConsumerStore } from '../storage/consumers/consumer.store.js';
import type { EventFeed } from '../storage/event-feed.js';
import { attempt } from './attempt.js';
import type { HeldConsumer } from './held-consumer.js';
import type { Deliverer } from './subscription.interface.js';
import type { Tenure } from './tenure.js';

/** Has the events that were set aside handled once more, in order. What is no longer in the feed is forgotten. */
export async function retryParked(
  subscription: Deliverer,
  feed: EventFeed,
  store: ConsumerStore,
  held: HeldConsumer,
  tenure: Tenure,
): Promise<void> {
  const { name } = subscription;
  for (const { after, position, attempts } of await store.parked(name)) {
    const [record] = (await feed.read(after, 1)).records;
    const isThere = record?.position === position;
    const outcome = isThere ? await attempt(subscription, [{ record, after }], attempts + 1, tenure) : undefined;
    if (tenure.ended.aborted) return;
    if (outcome?.isHandled === false) await held.park({ record, after }, attempts + 1, outcome.error);
    else await store.unpark(name, position);
    if (tenure.drained.aborted) return; // who comes next is asked to go on
  }
  await store.change(name, { retriesParked: false });
}
