import { type ConsumerStoreCase, FAILURE, held, stateOf } from './consumer-store.case.js';

/** How far a consumer has come, and what it fails with. */
export const PROGRESS: readonly ConsumerStoreCase[] = [
  {
    title: 'moves a position on, again and again, also to where it is',
    rule: 'move() must set the position of who holds the lease, and answer true for the same position, too.',
    async run({ store, expect }) {
      const lease = await held(store);
      for (const position of ['1', '2', '2', '2', '9'.repeat(64)]) {
        expect(await store.move(lease, position)).toBe(true);
        expect((await stateOf(store, lease.name)).position).toBe(position);
      }
    },
  },
  {
    title: 'tells when a position was moved',
    rule: 'move() must set `movedAt` to the time at which it was called, in UTC.',
    async run({ store, expect }) {
      const lease = await held(store);
      const before = Date.now();
      await store.move(lease, '1');
      const movedAt = Date.parse((await stateOf(store, lease.name)).movedAt);
      expect(Math.abs(movedAt - before) < 60_000).toBe(true);
    },
  },
  {
    title: 'notes each failure, until the position is moved',
    rule: 'fail() must note attempts, time and error without moving the position; move() must forget them.',
    async run({ store, expect }) {
      const lease = await held(store);
      await store.move(lease, '1');
      for (const failure of [FAILURE, FAILURE, { ...FAILURE, attempts: 4, lastError: 'TypeError: another' }]) {
        expect(await store.fail(lease, failure)).toBe(true);
        const { position, attempts, failingSince, lastError } = await stateOf(store, lease.name);
        expect([position, { attempts, failingSince, lastError }]).toEqual(['1', failure]);
      }
      await store.move(lease, '2');
      const { attempts, failingSince, lastError } = await stateOf(store, lease.name);
      expect([attempts, failingSince, lastError]).toEqual([0, null, null]);
    },
  },
  {
    title: 'keeps failures and position for the next holder',
    rule: 'Position and failures are those of the consumer: whoever takes the lease must find them as they were.',
    async run({ store, expect }) {
      const lease = await held(store);
      await store.move(lease, '1');
      await store.fail(lease, FAILURE);
      await store.release(lease);
      await store.acquire(await stateOf(store, lease.name), 'next');
      const { position, attempts, failingSince, lastError } = await stateOf(store, lease.name);
      expect([position, { attempts, failingSince, lastError }]).toEqual(['1', FAILURE]);
    },
  },
];
