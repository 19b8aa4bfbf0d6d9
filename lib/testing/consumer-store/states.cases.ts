import { created, FAILURE, held, newName, parkedEvent, stateOf, taken, withoutBeat } from './consumer-store.case.js';
import type { ConsumerStoreCase } from './consumer-store.case.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What is known of consumers, and what is set for them. */
export const STATES: readonly ConsumerStoreCase[] = [
  {
    title: 'adds a consumer that runs and that nobody holds',
    rule: 'A new consumer must run at its position, without a holder, a failure or a request.',
    async run({ store, expect }) {
      const name = newName();
      await store.create(name, '42.7');
      const { term, beat, movedAt, ...state } = await stateOf(store, name);
      const idle = { holder: null, attempts: 0, failingSince: null, lastError: null, retriesParked: false };
      expect(state).toEqual({ name, position: '42.7', status: 'running', ...idle });
      expect([typeof term, typeof beat, TIME.test(movedAt)]).toEqual(['number', 'number', true]);
    },
  },
  {
    title: 'leaves a consumer as it is when it is added again',
    rule: 'create() must change nothing of a consumer that is there: each instance calls it at boot.',
    async run({ store, expect }) {
      const lease = await held(store);
      await store.move(lease, '7');
      const before = await stateOf(store, lease.name);
      await store.create(lease.name, '0');
      expect(await stateOf(store, lease.name)).toEqual(before);
      expect(await store.move(lease, '8')).toBe(true);
    },
  },
  {
    title: 'adds a consumer once when many instances do so at the same time',
    rule: 'create() must not fail where another one adds the same consumer.',
    async run({ store, expect }) {
      const name = newName();
      await Promise.all(Array.from({ length: 10 }, (_, number) => store.create(name, String(number))));
      const found = (await store.find()).filter((state) => state.name === name);
      expect(found).toEqual(await store.find([name]));
      expect(found.length).toBe(1);
    },
  },
  {
    title: 'finds consumers by name, or all, in the order of their names',
    rule: 'find() must give the consumers of these names alone, all without names and none for an empty list, in order.',
    async run({ store, expect }) {
      const name = newName();
      const names = ['c', 'a', 'b'].map((end) => `${name} ${end}`);
      for (const each of names) await store.create(each, '0');
      const namesOf = async (given?: string[]) => (await store.find(given)).map((state) => state.name);
      expect(await namesOf([names[0], names[2], newName()])).toEqual([names[2], names[0]]);
      expect((await namesOf()).filter((found) => names.includes(found))).toEqual(names.toSorted());
      expect(await namesOf([])).toEqual([]);
    },
  },
  {
    title: 'changes what is given, and nothing else',
    rule: 'change() must set the status or the request whoever holds the consumer, and leave position, failures and lease.',
    async run({ store, expect }) {
      const lease = await held(store);
      await store.fail(lease, FAILURE);
      const before = withoutBeat(await stateOf(store, lease.name));
      for (const change of [{ status: 'paused' }, { status: 'stopped', retriesParked: true }, {}] as const) {
        expect(await store.change(lease.name, change)).toBe(true);
      }
      expect(withoutBeat(await stateOf(store, lease.name))).toEqual({ ...before, status: 'stopped', retriesParked: true });
      expect(await store.change(lease.name, { status: 'running', retriesParked: false })).toBe(true);
      expect(withoutBeat(await stateOf(store, lease.name))).toEqual(before);
      expect(await store.move(lease, '1')).toBe(true);
    },
  },
  {
    title: 'forgets failures and takes the lease away with a new position',
    rule: 'change({ position }) must move the consumer, forget its failures, and let its holder change nothing any more.',
    async run({ store, expect }) {
      const lease = await held(store);
      await store.fail(lease, FAILURE);
      expect(await store.change(lease.name, { position: '3' })).toBe(true);
      const { position, holder, attempts, failingSince, lastError } = await stateOf(store, lease.name);
      expect([position, holder, attempts, failingSince, lastError]).toEqual(['3', null, 0, null, null]);
      expect(await store.move(lease, '9')).toBe(false);
      expect((await stateOf(store, lease.name)).position).toBe('3');
    },
  },
  {
    title: 'changes no consumer that is not there',
    rule: 'change() must tell by false that there is no consumer of that name, and make none.',
    async run({ store, expect }) {
      const name = newName();
      expect(await store.change(name, { status: 'paused' })).toBe(false);
      expect(await store.change(name, {})).toBe(false);
      expect(await store.find([name])).toEqual([]);
    },
  },
  {
    title: 'forgets a consumer with what it has set aside',
    rule: 'After delete(), a consumer and its parked events must be gone, and its holder can change nothing.',
    async run({ store, expect }) {
      const lease = await held(store);
      const other = await created(store);
      await store.park(lease, parkedEvent(lease.name, 1));
      await store.delete(lease.name);
      expect(await store.find([lease.name, other.name])).toEqual([other]);
      expect(await store.move(lease, '9')).toBe(false);
      expect(await store.park(lease, parkedEvent(lease.name, 2))).toBe(false);
      expect(await store.parked(lease.name)).toEqual([]);
      await store.delete(lease.name);
      await taken(store, await created(store, lease.name));
    },
  },
];
