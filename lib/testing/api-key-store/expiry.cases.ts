import type { ApiKeyStoreCase } from './api-key-store.case.js';
import { newApiKey } from './keys.js';

const HOUR_MS = 60 * 60 * 1_000;

/** Hours that some time zone leaves out or has twice among them. */
const TIMES = ['2026-03-29T01:30:00.010Z', '2026-03-08T02:30:00.100Z', '2038-01-19T03:14:08.007Z', '9999-12-31T23:59:59.999Z'];

export const EXPIRY: readonly ApiKeyStoreCase[] = [
  {
    title: 'gives an expired key back, with the expiry by which it is refused',
    rule: 'An expired key must come back with its `expiresAt` in the past: the guard refuses it, and tells it from an unknown one.',
    async run({ store, add, expect }) {
      for (const ago of [1_000, HOUR_MS, 1_000 * HOUR_MS]) {
        const key = newApiKey({ expiresAt: new Date(Date.now() - ago) });
        await add(key);
        const expiry = (await store.findByDigest(key.digest))?.expiresAt?.getTime() ?? Number.NaN;
        expect(expiry <= Date.now()).toBe(true);
      }
    },
  },
  {
    title: 'gives a key that expires in an hour back as one that is still valid',
    rule: 'A key must not expire early: its `expiresAt` must not depend on the time zone of process and database.',
    async run({ store, add, expect }) {
      const key = newApiKey({ expiresAt: new Date(Date.now() + HOUR_MS) });
      await add(key);
      const expiry = (await store.findByDigest(key.digest))?.expiresAt?.getTime() ?? Number.NaN;
      expect(expiry > Date.now() && expiry <= Date.now() + HOUR_MS).toBe(true);
    },
  },
  {
    title: 'gives times back as readable dates, to the millisecond',
    rule: '`expiresAt` must come back as a Date with the same milliseconds: what cannot be read must not become a key without an end.',
    async run({ store, add, expect }) {
      for (const time of TIMES) {
        const key = newApiKey({ expiresAt: new Date(time) });
        await add(key);
        const found = await store.findByDigest(key.digest);
        expect(Object.prototype.toString.call(found?.expiresAt)).toBe('[object Date]');
        expect(found?.expiresAt?.getTime()).toBe(Date.parse(time));
      }
    },
  },
];
