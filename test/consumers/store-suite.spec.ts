import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ConsumerChange,
  type ConsumerFailure,
  type ConsumerLease,
  type ConsumerState,
  type ConsumerStore,
  InMemoryConsumerStore,
  type ParkedEvent,
} from 'nestjs-event-log';
import { describeConsumerStore, type ConsumerStoreUnderTest } from 'nestjs-event-log/testing';

/** The titles of the tests, and of those that fail what they say. */
async function resultsOf(suite: ConsumerStoreUnderTest) {
  const failures: Record<string, string> = {};
  const tests = new Map<string, () => Promise<void>>();
  describeConsumerStore('store', suite, {
    describe: (_name, define) => define(),
    it: (title, run) => void tests.set(title, run),
    expect,
  });
  for (const [title, run] of tests) await run().catch((error: Error) => (failures[title] = error.message));
  return { titles: [...tests.keys()], failures };
}

const INSTANCES = 'gives the lease to one of twenty holders in two instances';

/** Stores that each break one rule. */
const FAULTY: Record<string, () => ConsumerStore> = {
  'looks first, and gives the lease then': () =>
    new (class extends InMemoryConsumerStore {
      override async acquire(seen: ConsumerState, holder: string): Promise<ConsumerLease | undefined> {
        const [now] = await this.find([seen.name]);
        if (now?.term !== seen.term || now.beat !== seen.beat || now.holder !== seen.holder) return undefined;
        await nextTurn();
        const [later] = await this.find([seen.name]);
        return super.acquire(later, holder);
      }
    })(),
  'takes the lease from a holder that lives': () =>
    new (class extends InMemoryConsumerStore {
      override async acquire(seen: ConsumerState, holder: string): Promise<ConsumerLease | undefined> {
        const [{ beat } = seen] = await this.find([seen.name]);
        return super.acquire({ ...seen, beat }, holder);
      }
    })(),
  'takes no notice of the term of a lease': () =>
    new (class extends InMemoryConsumerStore {
      override async move(lease: ConsumerLease, position: string): Promise<boolean> {
        return super.move(await this.latest(lease), position);
      }
      private async latest(lease: ConsumerLease): Promise<ConsumerLease> {
        return (await this.find([lease.name]))[0] ?? lease;
      }
    })(),
  'has anyone give a lease back': () =>
    new (class extends InMemoryConsumerStore {
      override async release({ name }: ConsumerLease): Promise<void> {
        const [state] = await this.find([name]);
        if (state) await super.release(state);
      }
    })(),
  'begins anew when a consumer is added again': () =>
    new (class extends InMemoryConsumerStore {
      override async create(name: string, position: string): Promise<void> {
        await this.delete(name);
        await super.create(name, position);
      }
    })(),
  'lets the holder go on from a new position': () =>
    new (class extends InMemoryConsumerStore {
      override async change(name: string, { position, ...change }: ConsumerChange): Promise<boolean> {
        const [state] = await this.find([name]);
        if (state && position !== undefined) await super.move(state, position);
        return super.change(name, change);
      }
    })(),
  'forgets failures with each change': () =>
    new (class extends InMemoryConsumerStore {
      override async change(name: string, change: ConsumerChange): Promise<boolean> {
        const [state] = await this.find([name]);
        if (state) await super.move(state, state.position);
        return super.change(name, change);
      }
    })(),
  'counts what is paused': () =>
    new (class extends InMemoryConsumerStore {
      override async beat(holder: string): Promise<number> {
        await super.beat(holder);
        return (await this.find()).filter((state) => state.holder === holder).length;
      }
    })(),
  'does not count beats': () =>
    new (class extends InMemoryConsumerStore {
      override async beat(holder: string): Promise<number> {
        const held = (await this.find()).filter((state) => state.holder === holder && state.status === 'running');
        return held.filter(({ retriesParked }) => !retriesParked).length;
      }
    })(),
  'cuts errors': () =>
    new (class extends InMemoryConsumerStore {
      override async fail(lease: ConsumerLease, failure: ConsumerFailure): Promise<boolean> {
        return super.fail(lease, { ...failure, lastError: failure.lastError.slice(0, 255) });
      }
    })(),
  'parks an event twice': () =>
    new (class extends InMemoryConsumerStore {
      private readonly all: ParkedEvent[] = [];
      override async park(lease: ConsumerLease, event: ParkedEvent): Promise<boolean> {
        const isHeld = await super.park(lease, event);
        if (isHeld) this.all.push(event);
        return isHeld;
      }
      override async parked(name: string): Promise<ParkedEvent[]> {
        return this.all.filter(({ consumer }) => consumer === name);
      }
    })(),
  'counts all that is parked for each': () =>
    new (class extends InMemoryConsumerStore {
      override async parkedCounts(): Promise<ReadonlyMap<string, number>> {
        const counts = await super.parkedCounts();
        const sum = [...counts.values()].reduce((all, count) => all + count, 0);
        return new Map([...counts.keys()].map((name) => [name, sum]));
      }
    })(),
  'gives parked events in the order of their positions as text': () =>
    new (class extends InMemoryConsumerStore {
      override async parked(name: string): Promise<ParkedEvent[]> {
        return (await super.parked(name)).toSorted((a, b) => (a.position < b.position ? -1 : 1));
      }
    })(),
  'leaves parked events behind': () =>
    new (class extends InMemoryConsumerStore {
      private readonly kept = new Map<string, ParkedEvent[]>();
      override async delete(name: string): Promise<void> {
        this.kept.set(name, await super.parked(name));
        await super.delete(name);
      }
      override async parked(name: string): Promise<ParkedEvent[]> {
        return [...(this.kept.get(name) ?? []), ...(await super.parked(name))];
      }
    })(),
  'takes no notice of case': () =>
    new (class extends InMemoryConsumerStore {
      override async find(names?: readonly string[]): Promise<ConsumerState[]> {
        const lower = names?.map((name) => name.toLowerCase());
        return (await super.find()).filter(({ name }) => lower?.includes(name.toLowerCase()) ?? true);
      }
    })(),
  'gives all for an empty list of names': () =>
    new (class extends InMemoryConsumerStore {
      override find(names?: readonly string[]): Promise<ConsumerState[]> {
        return super.find(names?.length === 0 ? undefined : names);
      }
    })(),
};

describe('describeConsumerStore', () => {
  it('passes a store without a fault, and makes tests of two instances where it is told how to make another', async () => {
    const create = () => new InMemoryConsumerStore();
    expect(await resultsOf({ create })).toEqual({ titles: expect.not.arrayContaining([INSTANCES]), failures: {} });
    const two = await resultsOf({ create, createAnother: (first) => first });
    expect(two).toEqual({ titles: expect.arrayContaining([INSTANCES]), failures: {} });
  });

  it('fails two instances that share nothing', async () => {
    const create = () => new InMemoryConsumerStore();
    expect((await resultsOf({ create, createAnother: create })).failures).toHaveProperty([INSTANCES]);
  });

  it.each(Object.entries(FAULTY))('finds a store that %s', async (_fault, create) => {
    const { failures } = await resultsOf({ create, createAnother: (first) => first });
    expect(Object.keys(failures)).not.toEqual([]);
    for (const message of Object.values(failures)) expect(message).toMatch(/^[A-Z].*\.\n\n|^[a-zA-Z]+\(.*\.\n\n/s);
  });
});
