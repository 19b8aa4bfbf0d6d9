import { setTimeout as delay } from 'node:timers/promises';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import { CONFIGURED, DAY, startHost } from './key-host.js';

afterEach(closeApps);

describeEngines('Keys in requests', (engine) => {
  describe.each(ADAPTERS)('on %s', (adapter) => {
    it('a key made while the host runs is accepted, beside those of the options', async () => {
      const { keys, post } = await startHost(adapter, engine.url);
      const { text } = await keys.create({ name: 'docs', kind: 'api' });
      expect(await post(text)).toBe(200);
      expect(await post(CONFIGURED.key)).toBe(200);
      expect(await post('unknown-key')).toBe(401);
    });

    it('a key brings what it was made with to the request', async () => {
      const { keys, whoAmI } = await startHost(adapter, engine.url);
      const expiresAt = new Date(Date.now() + DAY);
      const allowedOrigins = ['https://example.com', 'https://*.example.com'];
      const all = { projectId: 'p 1', integrationId: 'é😀', entityTypes: ['search'], allowedOrigins, expiresAt };
      const { text, key } = await keys.create({ name: 'all', kind: 'api', ...all });
      const scopes = ['events:write', 'events:read'];
      expect(await whoAmI(text)).toEqual([200, { id: key.id, kind: 'api', scopes, ...all, expiresAt: expiresAt.toISOString() }]);
      const nothing = { projectId: null, integrationId: null, entityTypes: null };
      const few = await keys.create({ name: 'few', kind: 'api', scopes: ['events:read'] });
      expect(await whoAmI(few.text)).toEqual([
        200,
        { id: few.key.id, kind: 'api', scopes: ['events:read'], ...nothing, expiresAt: null },
      ]);
      const web = await keys.create({ name: 'web', kind: 'web', allowedOrigins: ['*'] });
      expect((await whoAmI(web.text))[0]).toBe(403);
    });

    it('a key is refused once it is revoked, within the age of the cache', async () => {
      const { keys, post } = await startHost(adapter, engine.url, { cacheTtl: 300 });
      const { text, key } = await keys.create({ name: 'revoked', kind: 'api' });
      expect(await post(text)).toBe(200);
      await keys.revoke(key.id);
      await delay(300);
      expect(await post(text)).toBe(401);
    });

    it('a key is refused once it is expired, cached or not', async () => {
      const { keys, post } = await startHost(adapter, engine.url);
      const expiresAt = new Date(Date.now() + 2_000);
      const cached = await keys.create({ name: 'expiring', kind: 'api', expiresAt });
      const uncached = await keys.create({ name: 'expiring', kind: 'api', expiresAt });
      expect(await post(cached.text)).toBe(200);
      await delay(expiresAt.getTime() - Date.now() + 20);
      expect([await post(cached.text), await post(uncached.text)]).toEqual([401, 401]);
    });

    it('a rotated key and its successor are both valid in the grace period, then only the new one', async () => {
      const { keys, post } = await startHost(adapter, engine.url, { cacheTtl: 100 });
      const old = await keys.create({ name: 'rotated', kind: 'api' });
      expect(await post(old.text)).toBe(200);
      const rotated = await keys.rotate(old.key.id, { gracePeriod: 2_000 });
      await delay(150);
      expect([await post(old.text), await post(rotated.text)]).toEqual([200, 200]);
      await delay(2_000);
      expect([await post(old.text), await post(rotated.text)]).toEqual([401, 200]);
    });
  });
});
