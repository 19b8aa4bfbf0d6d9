import { ConflictException } from '@nestjs/common';
import type { EventFeed, FeedRecord } from '../../storage/event-feed.js';
import type { StoredDelivery } from '../../storage/webhooks/stored-webhook.interface.js';
import type { WebhookEndpoint } from './webhook-endpoint.interface.js';
import { WebhookFailedError } from './webhook-failed.error.js';
import type { WebhookJournal } from './webhook-journal.js';
import type { WebhookSender } from './webhook-sender.js';
import { WebhookSubscription } from './webhook-subscription.js';

/** Sends the events of a delivery once more. Throws `ConflictException` where the feed does not have them any more. */
export async function redelivered(
  delivery: StoredDelivery,
  endpoint: WebhookEndpoint,
  { feed, journal, sender }: { feed: EventFeed; journal: WebhookJournal; sender: WebhookSender },
): Promise<StoredDelivery> {
  let made: StoredDelivery | undefined;
  const subscription = new WebhookSubscription(endpoint, sender, async (tried) => (made = await journal.record(tried)));
  const records = await recordsOf(delivery, subscription, feed);
  const context = { after: delivery.after, attempt: delivery.attempt + 1, signal: new AbortController().signal };
  await subscription.deliver(records, context).catch((error: unknown) => {
    if (!(error instanceof WebhookFailedError)) throw error;
  });
  if (made === undefined) throw new Error('The events were sent, but the store could not note it');
  return made;
}

async function recordsOf(
  { id, after, position, count }: StoredDelivery,
  subscription: WebhookSubscription,
  feed: EventFeed,
): Promise<FeedRecord[]> {
  const { records } = await feed.read(after, subscription.batchSize).catch(gone(id));
  const last = records.findIndex((record) => record.position === position);
  const wanted = records
    .slice(0, last + 1)
    .filter((record) => record.kind === records[last].kind && subscription.isWanted(record));
  // Fewer: some were erased meanwhile, and the endpoint was told so.
  if (wanted.length === 0 || wanted.length > count) return gone(id)(new RangeError());
  return wanted;
}

function gone(id: string) {
  return (error: unknown): never => {
    if (!(error instanceof RangeError)) throw error;
    throw new ConflictException(`The events of the delivery '${id}' are no longer in the log as they were sent.`);
  };
}
