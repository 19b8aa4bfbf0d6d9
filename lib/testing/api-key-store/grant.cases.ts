import type { ApiKeyStoreCase } from './api-key-store.case.js';
import { newApiKey, wholeKey } from './keys.js';

/** Names that a database with a collation takes for the same. */
const PROJECTS = ['p', 'P', 'p ', 'é', 'e\u0301', '', 'null', `'; DROP TABLE keys; --`, '😀'.repeat(255)];

export const GRANT: readonly ApiKeyStoreCase[] = [
  {
    title: 'gives an API key back whole',
    rule: 'A key must come back with its id, digest, kind, scopes, project, integration and expiry as they were set.',
    async run({ store, add, expect }) {
      const key = newApiKey({ projectId: 'p', integrationId: 'i', expiresAt: new Date('2099-01-02T03:04:05.678Z') });
      await add(key);
      expect(wholeKey(await store.findByDigest(key.digest))).toEqual(wholeKey(key));
    },
  },
  {
    title: 'gives a web key back with its origins, in order',
    rule: '`allowedOrigins` must come back entry by entry: without them a public key works from nowhere, or from everywhere.',
    async run({ store, add, expect }) {
      const allowedOrigins = ['https://b.example', 'https://*.a.example', 'http://localhost:3000'];
      const key = newApiKey({ kind: 'web', scopes: ['events:write'], allowedOrigins });
      await add(key);
      expect(wholeKey(await store.findByDigest(key.digest))).toEqual(wholeKey(key));
    },
  },
  {
    title: 'gives a key back with the entity types that it is held to',
    rule: '`entityTypes` must come back entry by entry: without them a key that was held to some types writes all.',
    async run({ store, add, expect }) {
      for (const entityTypes of [['search'], ['search', 'order', 'job.run-2_b']]) {
        const key = newApiKey({ entityTypes });
        await add(key);
        expect(wholeKey(await store.findByDigest(key.digest))).toEqual(wholeKey(key));
      }
    },
  },
  {
    title: 'gives a key no more than its own scopes',
    rule: 'A key must come back with the scopes that it was given, and no others.',
    async run({ store, add, expect }) {
      for (const scope of ['events:write', 'events:read'] as const) {
        const key = newApiKey({ scopes: [scope] });
        await add(key);
        expect((await store.findByDigest(key.digest))?.scopes).toEqual([scope]);
      }
    },
  },
  {
    title: 'gives a key without project, integration, entity types, origins and expiry back without them',
    rule: 'What a key was not given must come back as null or undefined, not as an empty text, a list or a date.',
    async run({ store, add, expect }) {
      const key = newApiKey();
      await add(key);
      const found = await store.findByDigest(key.digest);
      const limits = [found?.projectId, found?.integrationId, found?.entityTypes, found?.allowedOrigins, found?.expiresAt];
      expect(limits.map((limit) => limit ?? null)).toEqual([null, null, null, null, null]);
    },
  },
  {
    title: 'keeps the names of projects and integrations byte for byte',
    rule: 'Project and integration must come back byte for byte: they decide whose events a key writes and reads.',
    async run({ store, add, expect }) {
      for (const name of PROJECTS) {
        const key = newApiKey({ projectId: name, integrationId: name });
        await add(key);
        const found = await store.findByDigest(key.digest);
        expect([found?.projectId, found?.integrationId]).toEqual([name, name]);
      }
    },
  },
];
