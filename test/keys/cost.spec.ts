import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiKeyStore } from 'nestjs-event-log';
import { closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import { until } from '../utils/until.js';
import { startHost } from './key-host.js';

const one = (text: string) => [expect.stringContaining(text)];

afterEach(closeApps);

describeEngines('The cost of keys', (engine) => {
  it('a key costs one query while it is cached, however often and concurrently it is used', async () => {
    const { keys, post, queries } = await startHost('express', engine.url);
    const { text } = await keys.create({ name: 'busy', kind: 'api' });
    const asked = await queries.during(async () => {
      const statuses = await Promise.all(Array.from({ length: 30 }, () => post(text)));
      for (let i = 0; i < 10; i++) statuses.push(await post(text));
      expect(new Set(statuses)).toEqual(new Set([200]));
    });
    expect(asked.filter((query) => query.startsWith('SELECT'))).toEqual(one('digest'));
  });

  it('a key costs a query each time where nothing is cached', async () => {
    const { keys, post, queries } = await startHost('express', engine.url, { cacheTtl: 0 });
    const { text } = await keys.create({ name: 'uncached', kind: 'api' });
    const asked = await queries.during(async () => [await post(text), await post(text), await post(text)]);
    expect(asked.filter((query) => query.startsWith('SELECT'))).toHaveLength(3);
  });

  it('an unknown key costs one query, and a mistyped one none', async () => {
    const { keys, post, queries } = await startHost('express', engine.url);
    const { text } = await keys.create({ name: 'mistyped', kind: 'api' });
    const asked = await queries.during(async () => {
      for (let i = 0; i < 5; i++) expect(await post('unknown-key')).toBe(401);
    });
    expect(asked).toEqual(one('digest'));
    const typo = text.slice(0, -10) + (text.at(-10) === 'a' ? 'b' : 'a') + text.slice(-9);
    const forMistyped = await queries.during(async () => {
      for (const mistyped of [typo, text.slice(0, -1), `${text}x`, 'evl_', 'evl_api_x', text.toLowerCase()]) {
        expect(await post(mistyped)).toBe(401);
      }
    });
    expect(forMistyped).toEqual([]);
  });

  it('unknown keys that come at once cost one query at a time, and push no good key out of the cache', async () => {
    const { app, keys, post, queries } = await startHost('express', engine.url);
    const { text } = await keys.create({ name: 'good', kind: 'api' });
    expect(await post(text)).toBe(200);
    const store = app.get(ApiKeyStore, { strict: false });
    const asked = await queries.during(async () => {
      for (let round = 0; round < 11; round++) {
        const madeUp = Array.from({ length: 1_000 }, () => store.findByDigest(randomBytes(32).toString('hex')));
        expect(new Set(await Promise.all(madeUp))).toEqual(new Set([undefined]));
      }
      expect(await post(text)).toBe(200);
    });
    expect(asked.filter((query) => query.startsWith('SELECT'))).toHaveLength(11);
  });

  it('the last use of a key is written once a minute, after the answer', async () => {
    const { keys, post, queries } = await startHost('express', engine.url);
    const { text, key } = await keys.create({ name: 'used', kind: 'api' });
    const lastUsed = async () => (await keys.list()).find(({ id }) => id === key.id)!.lastUsedAt;
    const before = new Date();
    const atOnce = await queries.during(() => post(text));
    expect(atOnce.filter((query) => query.startsWith('UPDATE'))).toEqual([]);
    await until('the last use is written', async () => (await lastUsed()) !== null);
    const after = await lastUsed();
    expect(after!.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(after!.getTime()).toBeLessThanOrEqual(Date.now());
    const again = await queries.during(async () => {
      await post(text);
      await delay(1_200);
    });
    expect(again).toEqual([]);
  });

  it('the last use of a key that is expired or unknown is not written', async () => {
    const { keys, post, queries, app } = await startHost('express', engine.url);
    const { text } = await keys.create({ name: 'late', kind: 'api', expiresAt: new Date(Date.now() + 50) });
    await delay(100);
    expect([await post(text), await post('unknown-key')]).toEqual([401, 401]);
    await app.close();
    expect(queries.queries.filter((query) => query.startsWith('UPDATE'))).toEqual([]);
  });

  it('the last use of a key is written at the latest when the host shuts down', async () => {
    const { app, keys, post } = await startHost('express', engine.url);
    const { text, key } = await keys.create({ name: 'closing', kind: 'api' });
    expect(await post(text)).toBe(200);
    await app.close();
    const other = await startHost('express', engine.url);
    expect((await other.keys.list()).find(({ id }) => id === key.id)!.lastUsedAt).not.toBeNull();
  });
});
