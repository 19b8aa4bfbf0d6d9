import type { ApiKeyStoreCase } from './api-key-store.case.js';
import { newApiKey, newDigest, wholeKey } from './keys.js';

export const LOOKUP: readonly ApiKeyStoreCase[] = [
  {
    title: 'resolves to undefined or null for an unknown digest',
    rule: 'findByDigest() must resolve to undefined or null where no key has the digest: that alone is a 401.',
    async run({ store, add, expect }) {
      await add(newApiKey());
      expect(wholeKey(await store.findByDigest(newDigest()))).toBe(undefined);
    },
  },
  {
    title: 'tells digests apart to the last digit',
    rule: 'A key must be found by its whole digest alone: a part or a pattern of it is no secret.',
    async run({ store, add, expect }) {
      const key = newApiKey();
      await add(key);
      const last = key.digest.endsWith('0') ? '1' : '0';
      for (const digest of [key.digest.slice(0, -1) + last, key.digest.slice(0, 32), `${key.digest.slice(0, 8)}%`, '%', '']) {
        expect(wholeKey(await store.findByDigest(digest))).toBe(undefined);
      }
      expect(wholeKey(await store.findByDigest(key.digest))).toEqual(wholeKey(key));
    },
  },
  {
    title: 'finds the same key again',
    rule: 'A second look-up must give the same key as the first, also from a cache.',
    async run({ store, add, expect }) {
      const key = newApiKey({ projectId: 'p' });
      await add(key);
      for (let i = 0; i < 3; i++) expect(wholeKey(await store.findByDigest(key.digest))).toEqual(wholeKey(key));
    },
  },
  {
    title: 'gives each of many look-ups at once its own key',
    rule: "Look-ups at once must not get each other's keys, nor wait for ever.",
    async run({ store, add, expect }) {
      const keys = Array.from({ length: 40 }, (_, n) => newApiKey({ projectId: `p${n}` }));
      for (const key of keys) await add(key);
      const asked = keys.flatMap((key) => [key.digest, newDigest(), key.digest]);
      const found = await Promise.all(asked.map(async (digest) => store.findByDigest(digest)));
      const expected = keys.flatMap((key) => [key, undefined, key]);
      expect(found.map(wholeKey)).toEqual(expected.map(wholeKey));
    },
  },
];
