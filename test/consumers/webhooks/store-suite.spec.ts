import { InMemoryWebhookStore, type StoredDelivery, type StoredWebhook, type WebhookStore } from 'nestjs-event-log';
import { describeWebhookStore } from 'nestjs-event-log/testing';

/** The rules that a store breaks, by what the suite says. */
async function faultsOf(create: () => WebhookStore): Promise<string[]> {
  const tests: (() => Promise<void>)[] = [];
  const it = (_title: string, run: () => Promise<void>) => void tests.push(run);
  describeWebhookStore('store', { create }, { describe: (_name, define) => define(), it, expect });
  const outcomes = await Promise.allSettled(tests.map((run) => run()));
  return outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []));
}

class Careless extends InMemoryWebhookStore {
  override async replaceSecrets({ id }: Pick<StoredWebhook, 'id' | 'version'>, secrets: StoredWebhook['secrets']) {
    const [latest] = await this.find([id]);
    return latest !== undefined && super.replaceSecrets(latest, secrets);
  }
}

class Forgetful extends InMemoryWebhookStore {
  override async delete(id: string): Promise<boolean> {
    await super.delete(id);
    return true;
  }
}

class Unsorted extends InMemoryWebhookStore {
  override async deliveries(endpointId: string, limit: number): Promise<StoredDelivery[]> {
    return (await super.deliveries(endpointId, 1_000)).toReversed().slice(0, limit);
  }
}

class Hoarding extends InMemoryWebhookStore {
  override async trimDeliveries(): Promise<void> {}
}

it('a store that keeps all rules passes', async () => {
  expect(await faultsOf(() => new InMemoryWebhookStore())).toEqual([]);
});

it.each<[new () => WebhookStore, string]>([
  [Careless, 'replaceSecrets() must compare the version'],
  [Forgetful, 'delete() must take the endpoint'],
  [Unsorted, 'deliveries() must give those of the endpoint alone, in the descending order'],
  [Hoarding, 'trimDeliveries() must keep the newest'],
])('a store that is %p fails, and the rule is told', async (Store, rule) => {
  expect(await faultsOf(() => new Store())).toContainEqual(expect.stringContaining(rule));
});
