import { added, newDelivery, newWebhook, type WebhookStoreCase } from './webhook-store.case.js';

const ODD = `"'\\\n\u{1F600} é ${'x'.repeat(200)}`;

/** Where events are sent. */
export const ENDPOINTS: readonly WebhookStoreCase[] = [
  {
    title: 'gives an endpoint back as it was added, whatever its texts are',
    rule: 'find() must give each field as create() was given it, in every instance.',
    async run({ store, another, expect }) {
      const fields = { name: ODD, url: `https://a.example/${'x'.repeat(2_000)}`, projectId: ODD };
      const lists = { entityTypes: ['message', ODD], types: [ODD, 'b,c'] };
      const secrets = [
        { secret: 'whsec_b', createdAt: '2026-01-02T00:00:00.000Z', expiresAt: null },
        { secret: 'whsec_a', createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-03T00:00:00.001Z' },
      ];
      const webhook = await added(store, newWebhook({ ...fields, ...lists, secrets }));
      expect(await another.find([webhook.id])).toEqual([webhook]);
    },
  },
  {
    title: 'finds endpoints by id, or all, in the order of their ids',
    rule: 'find() must give the endpoints of these ids alone, all without ids and none for an empty list, in order.',
    async run({ store, expect }) {
      const both = [await added(store), await added(store)].toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const ids = both.map(({ id }) => id);
      expect(await store.find([ids[1], 'nobody', ids[0]])).toEqual(both);
      expect(await store.find([])).toEqual([]);
      const all = (await store.find()).map(({ id }) => id);
      expect(all.filter((id) => ids.includes(id))).toEqual(ids);
    },
  },
  {
    title: 'replaces the secrets of an endpoint for one of those who have seen the same version',
    rule: 'replaceSecrets() must compare the version and set secrets and version in one step: one of several succeeds.',
    async run({ store, another, expect }) {
      const webhook = await added(store);
      const secretsOf = (number: number) => [{ ...webhook.secrets[0], secret: `whsec_${number}` }];
      const ask = (number: number) => (number % 2 === 0 ? store : another).replaceSecrets(webhook, secretsOf(number));
      const replaced = await Promise.all(Array.from({ length: 10 }, (_, number) => ask(number)));
      expect(replaced.filter(Boolean).length).toBe(1);
      expect(await another.replaceSecrets(webhook, secretsOf(10))).toBe(false);
      expect(await store.find([webhook.id])).toEqual([{ ...webhook, secrets: secretsOf(replaced.indexOf(true)), version: 2 }]);
    },
  },
  {
    title: 'replaces the secrets of no endpoint that is not there',
    rule: 'replaceSecrets() must tell by false that there is no endpoint of that id, and make none.',
    async run({ store, expect }) {
      const webhook = newWebhook();
      expect(await store.replaceSecrets(webhook, webhook.secrets)).toBe(false);
      expect(await store.find([webhook.id])).toEqual([]);
    },
  },
  {
    title: 'forgets an endpoint with its deliveries, and no other',
    rule: 'delete() must take the endpoint and its deliveries away, leave all others, and tell whether there was one.',
    async run({ store, expect }) {
      const [webhook, kept] = [await added(store), await added(store)];
      for (const { id } of [webhook, kept]) await store.addDelivery(newDelivery(id, 1));
      expect([await store.delete(webhook.id), await store.delete(webhook.id)]).toEqual([true, false]);
      expect(await store.find([webhook.id, kept.id])).toEqual([kept]);
      expect(await store.deliveries(webhook.id, 10)).toEqual([]);
      expect(await store.deliveries(kept.id, 10)).toEqual([newDelivery(kept.id, 1)]);
    },
  },
];
