import type { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import type { ContractCase } from '../contract-case.js';
import { created, type ConsumerStoreFixture, held, parkedEvent, stateOf, taken } from './consumer-store.case.js';

export interface TwoConsumerStoresFixture extends ConsumerStoreFixture {
  readonly another: ConsumerStore;
}

/** For stores that several processes share. */
export const INSTANCES: readonly ContractCase<TwoConsumerStoresFixture>[] = [
  {
    title: 'gives the lease to one of twenty holders in two instances',
    rule: 'Of those who ask for a lease through any instance, one must get it.',
    async run({ store, another, expect }) {
      for (let round = 0, seen = await created(store); round < 5; round++, seen = await stateOf(another, seen.name)) {
        const ask = (index: number) => (index % 2 === 0 ? store : another).acquire(seen, `holder ${index}`);
        const leases = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index)));
        expect(leases.filter((lease) => lease !== undefined).length).toBe(1);
      }
    },
  },
  {
    title: 'lets the holder of before change nothing once another instance has taken over',
    rule: 'A lease that was taken over through another instance must be worth nothing at once.',
    async run({ store, another, expect }) {
      const lease = await held(store, 'first');
      const next = await taken(another, await stateOf(another, lease.name), 'second');
      expect([await store.move(lease, '1'), await store.park(lease, parkedEvent(lease.name, 1))]).toEqual([false, false]);
      expect(await another.move(next, '2')).toBe(true);
      expect((await stateOf(store, lease.name)).position).toBe('2');
    },
  },
  {
    title: 'moves on in one instance alone while the lease changes hands again and again',
    rule: 'A position must never go back: what an older lease writes must not be seen after what a newer one has written.',
    async run({ store, another, expect }) {
      const { name } = await created(store);
      const moved: number[] = [];
      for (let round = 0; round < 10; round++) {
        const [old, next] = round % 2 === 0 ? [store, another] : [another, store];
        const lease = await taken(old, await stateOf(old, name), 'old');
        const seen = await stateOf(next, name);
        const [wasHeld, taking] = await Promise.all([old.move(lease, `${round}`), next.acquire(seen, 'new')]);
        const after = Number((await stateOf(next, name)).position);
        expect([wasHeld || taking !== undefined, after]).toEqual([true, wasHeld ? round : (moved.at(-1) ?? 0)]);
        moved.push(after);
      }
      expect(moved).toEqual(moved.toSorted((a, b) => a - b));
    },
  },
  {
    title: 'shows a pause to the holder in another instance with its next beat',
    rule: 'What is set through one instance must be seen by the beat of the other.',
    async run({ store, another, expect }) {
      const holder = `holder of ${Math.random()}`;
      const { name } = await held(store, holder);
      expect(await store.beat(holder)).toBe(1);
      await another.change(name, { status: 'paused' });
      expect(await store.beat(holder)).toBe(0);
    },
  },
];
