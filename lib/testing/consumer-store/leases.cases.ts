import { randomUUID } from 'node:crypto';
import type { ConsumerLease } from '../../storage/consumers/consumer-state.interface.js';
import type { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import { created, type ConsumerStoreCase, FAILURE, held, parkedEvent, stateOf, taken } from './consumer-store.case.js';

/** How a lease ends. */
const ENDS: Record<string, (store: ConsumerStore, lease: ConsumerLease) => Promise<unknown>> = {
  'once another one has the lease': async (store, { name }) => store.acquire(await stateOf(store, name), 'new'),
  'once it has given the lease back': (store, lease) => store.release(lease),
  'once the consumer was given another position': (store, { name }) => store.change(name, { position: '5' }),
  'once the lease was given back and taken again': async (store, lease) => {
    await store.release(lease);
    await store.acquire(await stateOf(store, lease.name), 'new');
  },
};

/** Who may move a position. */
export const LEASES: readonly ConsumerStoreCase[] = [
  {
    title: 'gives the lease of a consumer to one holder, of a term that has never been',
    rule: 'acquire() must note the holder, and give a lease whose term grows with each.',
    async run({ store, expect }) {
      const seen = await created(store);
      const first = await taken(store, seen, 'first');
      const { holder, term } = await stateOf(store, seen.name);
      expect([first.name, holder, term]).toEqual([seen.name, 'first', first.term]);
      const second = await taken(store, await stateOf(store, seen.name), 'second');
      expect((await stateOf(store, seen.name)).holder).toBe('second');
      expect([first.term > seen.term, second.term > first.term]).toEqual([true, true]);
    },
  },
  {
    title: 'gives the lease to exactly one of twenty that ask for it at once',
    rule: 'acquire() must compare and set in one step: of those who have seen the same state, one gets the lease.',
    async run({ store, expect }) {
      for (let round = 0, seen = await created(store); round < 5; round++, seen = await stateOf(store, seen.name)) {
        const holders = Array.from({ length: 20 }, () => randomUUID());
        const leases = await Promise.all(holders.map((holder) => store.acquire(seen, holder)));
        expect(leases.filter((lease) => lease !== undefined).length).toBe(1);
        const winner = leases.findIndex((lease) => lease !== undefined);
        expect((await stateOf(store, seen.name)).holder).toBe(holders[winner]);
        expect(await store.move(leases[winner]!, String(round))).toBe(true);
      }
    },
  },
  {
    title: 'gives no lease to who has seen it before a beat',
    rule: 'acquire() must fail once the beat has grown: the holder lives.',
    async run({ store, expect }) {
      const lease = await held(store, 'lively');
      const seen = await stateOf(store, lease.name);
      await store.beat('lively');
      expect(await store.acquire(seen, 'another')).toBe(undefined);
      expect(await store.move(lease, '1')).toBe(true);
    },
  },
  {
    title: 'gives no lease to who has seen it with another holder or in another term',
    rule: 'acquire() must fail once the lease was given, given back or taken away since it was seen.',
    async run({ store, expect }) {
      const seen = await created(store);
      const lease = await taken(store, seen, 'first');
      expect(await store.acquire(seen, 'second')).toBe(undefined);
      const whileHeld = await stateOf(store, seen.name);
      await store.release(lease);
      expect(await store.acquire(seen, 'second')).toBe(undefined);
      expect(await store.acquire(whileHeld, 'second')).toBe(undefined);
      const free = await stateOf(store, seen.name);
      await store.change(seen.name, { position: '5' });
      expect(await store.acquire(free, 'second')).toBe(undefined);
    },
  },
  {
    title: 'gives no lease of a consumer that does not run, or is not there',
    rule: 'acquire() must give the lease of a consumer that runs, and of no other.',
    async run({ store, expect }) {
      const { name } = await created(store);
      for (const status of ['paused', 'stopped'] as const) {
        await store.change(name, { status });
        expect(await store.acquire(await stateOf(store, name), 'holder')).toBe(undefined);
      }
      await store.change(name, { status: 'running' });
      const seen = await stateOf(store, name);
      await store.delete(name);
      expect(await store.acquire(seen, 'holder')).toBe(undefined);
    },
  },
  ...Object.entries(ENDS).map(([how, end]): ConsumerStoreCase => ({
    title: `lets a holder change nothing ${how}`,
    rule: 'Who holds an older lease must be told so by false, and change neither position nor failures nor parked events.',
    async run({ store, expect }) {
      const lease = await held(store, 'old');
      await end(store, lease);
      const before = await stateOf(store, lease.name);
      expect(await store.move(lease, '9')).toBe(false);
      expect(await store.fail(lease, FAILURE)).toBe(false);
      expect(await store.park(lease, parkedEvent(lease.name, 1))).toBe(false);
      await store.release(lease);
      expect(await store.beat('old')).toBe(0);
      expect(await stateOf(store, lease.name)).toEqual(before);
      expect(await store.parked(lease.name)).toEqual([]);
    },
  })),
  {
    title: 'counts the consumers of a holder that run and of which nothing is asked',
    rule: 'beat() must count no consumer of another holder, none that is paused or stopped, and none that is asked to handle parked events.',
    async run({ store, expect }) {
      const [holder, other] = [randomUUID(), randomUUID()];
      const leases = [await held(store, holder), await held(store, holder), await held(store, holder)];
      await held(store, other);
      expect(await store.beat(holder)).toBe(3);
      await store.change(leases[0].name, { status: 'paused' });
      expect(await store.beat(holder)).toBe(2);
      await store.change(leases[1].name, { retriesParked: true });
      expect(await store.beat(holder)).toBe(1);
      await store.release(leases[2]);
      expect([await store.beat(holder), await store.beat(other), await store.beat(randomUUID())]).toEqual([0, 1, 0]);
      await store.change(leases[0].name, { status: 'running' });
      await store.change(leases[1].name, { retriesParked: false });
      expect(await store.beat(holder)).toBe(2);
    },
  },
  {
    title: 'makes the beat of what a holder holds grow',
    rule: 'beat() must make the beat of each consumer that runs grow, also of one that is asked to handle parked events: its holder lives.',
    async run({ store, expect }) {
      const holder = randomUUID();
      const [lease, asked] = [await held(store, holder), await held(store, holder)];
      await store.change(asked.name, { retriesParked: true });
      for (const { name } of [lease, asked]) {
        const { beat } = await stateOf(store, name);
        await store.beat(holder);
        expect((await stateOf(store, name)).beat > beat).toBe(true);
      }
    },
  },
  {
    title: 'gives a lease back at once',
    rule: 'After release(), another one must get the lease without waiting for a beat that does not grow.',
    async run({ store, expect }) {
      const lease = await held(store);
      await store.release(lease);
      const free = await stateOf(store, lease.name);
      expect(free.holder).toBe(null);
      await store.move(await taken(store, free, 'next'), '4');
      expect((await stateOf(store, lease.name)).position).toBe('4');
    },
  },
];
