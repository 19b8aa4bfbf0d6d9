import { randomUUID } from 'node:crypto';
import type { StoredDelivery, StoredWebhook, WebhookStore } from 'nestjs-event-log';

/** An endpoint of a new id. */
export function newWebhook(fields: Partial<StoredWebhook> = {}): StoredWebhook {
  const createdAt = '2026-01-02T03:04:05.678Z';
  return {
    id: `whk_${randomUUID()}`,
    name: 'CRM',
    url: 'https://crm.example.com/hook',
    secrets: [{ secret: 'whsec_new', createdAt, expiresAt: null }],
    entityTypes: null,
    types: null,
    projectId: null,
    createdAt,
    version: 1,
    ...fields,
  };
}

export function newDelivery(endpointId: string, number: number, fields: Partial<StoredDelivery> = {}): StoredDelivery {
  const positions = { after: String(number - 1), position: String(number) };
  const outcome = { count: 1, attempt: 1, status: 200, error: null, ms: 12, at: '2026-01-02T03:04:05.678Z' };
  const id = `whd_${String(number).padStart(4, '0')}_${endpointId}`;
  return { id, endpointId, messageId: `msg_${number}`, ...positions, ...outcome, ...fields };
}

/** What every store of webhooks must do; `another` gives a second one over the same endpoints. */
export function webhookStoreCases(create: () => Promise<WebhookStore>, another = create): void {
  const added = async (webhook = newWebhook()) => {
    const store = await create();
    await store.create(webhook);
    return { store, webhook };
  };

  it('gives an endpoint back as it was added, whatever its texts are, also to another instance', async () => {
    const odd = `"'\\\n\u{1F600} é ${'x'.repeat(200)}`;
    const fields = { name: odd, url: `https://a.example/${'x'.repeat(2_000)}`, projectId: odd };
    const lists = { entityTypes: ['message', odd], types: [odd, 'b,c'] };
    const secrets = [
      { secret: 'whsec_b', createdAt: '2026-01-02T00:00:00.000Z', expiresAt: null },
      { secret: 'whsec_a', createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-03T00:00:00.001Z' },
    ];
    const { webhook } = await added(newWebhook({ ...fields, ...lists, secrets }));
    expect(await (await another()).find([webhook.id])).toEqual([webhook]);
  });

  it('lists all endpoints, or those of some ids, in the order of their ids', async () => {
    const { store, webhook } = await added();
    const other = newWebhook();
    await store.create(other);
    const sorted = [webhook, other].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(await store.find([other.id, webhook.id, 'nobody'])).toEqual(sorted);
    expect(await store.find([])).toEqual([]);
    const all = (await store.find()).map(({ id }) => id);
    expect(all).toEqual(expect.arrayContaining(sorted.map(({ id }) => id)));
    expect(all).toEqual(all.toSorted());
  });

  it('replaces the secrets of an endpoint for one of two who have seen the same version', async () => {
    const { store, webhook } = await added();
    const secretsOf = (secret: string) => [{ ...webhook.secrets[0], secret }];
    const [one, two] = await Promise.all([
      store.replaceSecrets(webhook, secretsOf('whsec_1')),
      (await another()).replaceSecrets(webhook, secretsOf('whsec_2')),
    ]);
    expect([one, two].filter(Boolean)).toHaveLength(1);
    const secrets = secretsOf(one ? 'whsec_1' : 'whsec_2');
    expect(await store.find([webhook.id])).toEqual([{ ...webhook, secrets, version: 2 }]);
    expect(await store.replaceSecrets({ id: 'nobody', version: 1 }, secrets)).toBe(false);
  });

  it('gives the newest deliveries of an endpoint first, as they were added, and finds one by its id', async () => {
    const { store, webhook } = await added();
    const failed = newDelivery(webhook.id, 2, { attempt: 3, status: null, error: 'It closed the connection é' });
    const all = [newDelivery(webhook.id, 1), failed, newDelivery(webhook.id, 3)];
    for (const delivery of [...all, newDelivery(`another ${webhook.id}`, 4)]) await store.addDelivery(delivery);
    expect(await (await another()).deliveries(webhook.id, 10)).toEqual(all.toReversed());
    expect(await store.deliveries(webhook.id, 1)).toEqual([all[2]]);
    expect(await store.findDelivery(failed.id)).toEqual(failed);
    expect(await store.findDelivery('nobody')).toBeUndefined();
  });

  it('keeps the newest deliveries of an endpoint since a time, and all of others', async () => {
    const { store, webhook } = await added();
    for (let number = 1; number <= 6; number++) {
      await store.addDelivery(newDelivery(webhook.id, number, { at: `2026-01-0${number}T00:00:00.000Z` }));
    }
    const other = newDelivery(`another ${webhook.id}`, 1);
    await store.addDelivery(other);
    const numbers = async () => (await store.deliveries(webhook.id, 10)).map(({ position }) => Number(position));
    await store.trimDeliveries(webhook.id, { count: 10, since: '2026-01-02T00:00:00.000Z' });
    expect(await numbers()).toEqual([6, 5, 4, 3, 2]);
    await store.trimDeliveries(webhook.id, { count: 3, since: '2026-01-01T00:00:00.000Z' });
    expect(await numbers()).toEqual([6, 5, 4]);
    expect(await store.deliveries(other.endpointId, 10)).toEqual([other]);
  });

  it('forgets an endpoint with its deliveries, once', async () => {
    const { store, webhook } = await added();
    const kept = newWebhook();
    await store.create(kept);
    for (const { id } of [webhook, kept]) await store.addDelivery(newDelivery(id, 1));
    expect([await store.delete(webhook.id), await store.delete(webhook.id)]).toEqual([true, false]);
    expect(await store.find([webhook.id, kept.id])).toEqual([kept]);
    expect([await store.deliveries(webhook.id, 10), await store.deliveries(kept.id, 10)]).toEqual([
      [],
      [newDelivery(kept.id, 1)],
    ]);
  });
}
