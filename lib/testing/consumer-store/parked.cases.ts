import { type ConsumerStoreCase, held, parkedEvent, stateOf } from './consumer-store.case.js';

/** Events that are set aside. */
export const PARKED: readonly ConsumerStoreCase[] = [
  {
    title: 'gives parked events in the order in which they were set aside',
    rule: 'parked() must give the events of the consumer as they were parked, in that order, and those of no other.',
    async run({ store, expect }) {
      const [lease, other] = [await held(store), await held(store)];
      const events = [9, 10, 2, 100].map((number) => parkedEvent(lease.name, number));
      await store.park(other, parkedEvent(other.name, 9));
      for (const event of events) expect(await store.park(lease, event)).toBe(true);
      expect(await store.parked(lease.name)).toEqual(events);
    },
  },
  {
    title: 'parks an event in place of the one at its position',
    rule: 'An event that is parked again must be there once, as it was parked last, and in its place.',
    async run({ store, expect }) {
      const lease = await held(store);
      const [first, second] = [1, 2].map((number) => parkedEvent(lease.name, number));
      for (const event of [first, second, second]) expect(await store.park(lease, event)).toBe(true);
      const again = { ...first, attempts: 6, error: 'Error: again', parkedAt: '2026-02-03T04:05:06.007Z', projectId: null };
      expect(await store.park(lease, again)).toBe(true);
      expect(await store.parked(lease.name)).toEqual([again, second]);
    },
  },
  {
    title: 'parks an event without moving the position',
    rule: 'park() must leave the consumer as it is: to go on after the event is another step.',
    async run({ store, expect }) {
      const lease = await held(store);
      await store.move(lease, '1');
      await store.park(lease, parkedEvent(lease.name, 2));
      expect((await stateOf(store, lease.name)).position).toBe('1');
    },
  },
  {
    title: 'counts what is set aside, by consumer',
    rule: 'parkedCounts() must tell of each consumer how many parked() gives, and have no entry for one without any.',
    async run({ store, expect }) {
      const [lease, other, none] = [await held(store), await held(store), await held(store)];
      for (const number of [1, 2, 2]) await store.park(lease, parkedEvent(lease.name, number));
      await store.park(other, parkedEvent(other.name, 1));
      const counts = await store.parkedCounts();
      expect([lease, other, none].map(({ name }) => counts.get(name))).toEqual([2, 1, undefined]);
      await store.unpark(other.name, '1');
      expect((await store.parkedCounts()).get(other.name)).toBe(undefined);
    },
  },
  {
    title: 'forgets one parked event, whoever holds the consumer',
    rule: 'unpark() must take the event at the position away, and no other; one that is not there is no failure.',
    async run({ store, expect }) {
      const [lease, other] = [await held(store), await held(store)];
      const events = [1, 2, 3].map((number) => parkedEvent(lease.name, number));
      for (const event of events) await store.park(lease, event);
      await store.park(other, parkedEvent(other.name, 2));
      await store.release(lease);
      await store.unpark(lease.name, '2');
      await store.unpark(lease.name, '2');
      expect(await store.parked(lease.name)).toEqual([events[0], events[2]]);
      expect((await store.parked(other.name)).length).toBe(1);
    },
  },
  {
    title: 'keeps parked events when the position is set, and when the lease goes on',
    rule: 'Parked events are those of the consumer: neither a new position nor a new holder may lose them.',
    async run({ store, expect }) {
      const lease = await held(store);
      const event = parkedEvent(lease.name, 1);
      await store.park(lease, event);
      await store.change(lease.name, { position: '0' });
      const next = await store.acquire(await stateOf(store, lease.name), 'next');
      await store.move(next!, '5');
      expect(await store.parked(lease.name)).toEqual([event]);
    },
  },
];
