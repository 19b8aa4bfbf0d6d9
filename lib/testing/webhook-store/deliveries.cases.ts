import type { WebhookStore } from '../../storage/webhooks/webhook.store.js';
import { added, newDelivery, newWebhook, type WebhookStoreCase } from './webhook-store.case.js';

/** What was sent. */
export const DELIVERIES: readonly WebhookStoreCase[] = [
  {
    title: 'gives the newest deliveries of an endpoint first, as they were added',
    rule: 'deliveries() must give those of the endpoint alone, in the descending order of their ids, as many as asked for.',
    async run({ store, another, expect }) {
      const { id } = await added(store);
      const failed = newDelivery(id, 2, { attempt: 3, status: null, error: 'It closed the connection é' });
      const all = [newDelivery(id, 1), failed, newDelivery(id, 3)];
      for (const delivery of [all[2], all[0], all[1], newDelivery(`another ${id}`, 4)]) await store.addDelivery(delivery);
      expect(await another.deliveries(id, 10)).toEqual(all.toReversed());
      expect(await store.deliveries(id, 1)).toEqual([all[2]]);
    },
  },
  {
    title: 'notes deliveries to an endpoint that is not kept here, such as a configured one',
    rule: 'addDelivery() must not ask for the endpoint.',
    async run({ store, expect }) {
      const { id } = newWebhook();
      await store.addDelivery(newDelivery(id, 1));
      expect(await store.deliveries(id, 10)).toEqual([newDelivery(id, 1)]);
    },
  },
  {
    title: 'finds a delivery by its id',
    rule: 'findDelivery() must give the delivery as it was added, and undefined where there is none.',
    async run({ store, another, expect }) {
      const { id } = await added(store);
      const delivery = newDelivery(id, 1, { status: null, error: 'It did not answer' });
      await store.addDelivery(delivery);
      expect(await another.findDelivery(delivery.id)).toEqual(delivery);
      expect((await store.findDelivery(`${delivery.id}?`)) === undefined).toBe(true);
    },
  },
  {
    title: 'keeps the deliveries of an endpoint since a time, and all of others',
    rule: 'trimDeliveries() must forget what began before the time, of this endpoint alone.',
    async run({ store, expect }) {
      const { id } = await ofSixDays(store);
      const other = newDelivery(`another ${id}`, 1);
      await store.addDelivery(other);
      await store.trimDeliveries(id, { count: 10, since: '2026-01-03T00:00:00.000Z' });
      expect(await positionsOf(store, id)).toEqual(['6', '5', '4', '3']);
      expect(await store.deliveries(other.endpointId, 10)).toEqual([other]);
    },
  },
  {
    title: 'keeps as many deliveries of an endpoint as there may be',
    rule: 'trimDeliveries() must keep the newest, as many as it is told, and forget the others.',
    async run({ store, expect }) {
      const { id } = await ofSixDays(store);
      for (const [count, kept] of [
        [6, 6],
        [2, 2],
        [10, 2],
      ]) {
        await store.trimDeliveries(id, { count, since: '2026-01-01T00:00:00.000Z' });
        expect(await positionsOf(store, id)).toEqual(['6', '5', '4', '3', '2', '1'].slice(0, kept));
      }
    },
  },
];

/** An endpoint with a delivery on each of six days. */
async function ofSixDays(store: WebhookStore) {
  const webhook = await added(store);
  for (let day = 1; day <= 6; day++) {
    await store.addDelivery(newDelivery(webhook.id, day, { at: `2026-01-0${day}T00:00:00.000Z` }));
  }
  return webhook;
}

async function positionsOf(store: WebhookStore, id: string): Promise<string[]> {
  return (await store.deliveries(id, 10)).map(({ position }) => position);
}
