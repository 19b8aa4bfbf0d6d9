import { setTimeout as delay } from 'node:timers/promises';
import { closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import { DAY, startHost } from './key-host.js';

afterEach(closeApps);

describeEngines('ApiKeyService', (engine) => {
  const day = (days: number) => new Date(Date.now() + days * DAY);

  it('keys are told in clear once, when they are made', async () => {
    const { keys } = await startHost('express', engine.url);
    const { text, key, ...rest } = await keys.create({ name: 'site', kind: 'web', allowedOrigins: ['*'], projectId: 'p' });
    expect(text).toMatch(/^evl_web_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$/);
    expect(key).toEqual({
      id: expect.stringMatching(/^key_/),
      prefix: text.slice(0, 12),
      name: 'site',
      kind: 'web',
      scopes: ['events:write'],
      projectId: 'p',
      integrationId: null,
      entityTypes: null,
      allowedOrigins: ['*'],
      createdAt: expect.any(Date),
      expiresAt: null,
      revokedAt: null,
      replacedBy: null,
      lastUsedAt: null,
    });
    expect(rest).toEqual({});
    const listed = await keys.list();
    expect({ ...listed.at(-1) }).toEqual(key);
    expect(JSON.stringify(listed)).not.toContain(text.slice(12));
  });

  it('keys are made with a warning where they may be used from nowhere', async () => {
    const { keys } = await startHost('express', engine.url);
    const { warning, key } = await keys.create({ name: 'site', kind: 'web' });
    expect(warning).toMatch(/nowhere.*allowed origins/);
    expect(key.allowedOrigins).toEqual([]);
    expect(await keys.create({ name: 'server', kind: 'api' })).not.toHaveProperty('warning');
  });

  it('a key is rotated into one with the same properties and as long to live', async () => {
    const { keys } = await startHost('express', engine.url);
    const same = {
      name: 'n',
      kind: 'web',
      projectId: 'p',
      integrationId: 'i',
      entityTypes: ['search', 'order'],
      allowedOrigins: ['https://example.com'],
    } as const;
    const old = await keys.create({ ...same, expiresAt: day(90) });
    const { text, key } = await keys.rotate(old.key.id);
    expect(text).not.toBe(old.text);
    expect(key).toMatchObject({ ...same, scopes: ['events:write'], replacedBy: null, revokedAt: null });
    expect(Math.abs(key.expiresAt!.getTime() - day(90).getTime())).toBeLessThan(5_000);
    const stored = (await keys.list()).find(({ id }) => id === old.key.id)!;
    expect(stored.replacedBy).toBe(key.id);
    expect(Math.abs(stored.expiresAt!.getTime() - day(1).getTime())).toBeLessThan(5_000);
  });

  it('a key never lives longer by a rotation', async () => {
    const { keys } = await startHost('express', engine.url);
    const expiresAt = day(1);
    const { key } = await keys.create({ name: 'short', kind: 'api', expiresAt });
    await keys.rotate(key.id, { gracePeriod: Number.MAX_SAFE_INTEGER });
    expect((await keys.list()).find(({ id }) => id === key.id)!.expiresAt).toEqual(expiresAt);
  });

  it('a key is rotated once, also when it is asked for twice at once', async () => {
    const { keys } = await startHost('express', engine.url);
    const { key } = await keys.create({ name: 'contested', kind: 'api' });
    const outcomes = await Promise.allSettled([keys.rotate(key.id), keys.rotate(key.id), keys.rotate(key.id)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
    const named = (await keys.list()).filter(({ name }) => name === 'contested');
    expect(named).toHaveLength(2);
    expect(named[0].replacedBy).toBe(named[1].id);
    await expect(keys.rotate(key.id)).rejects.toMatchObject({ status: 409, message: expect.stringContaining(named[1].id) });
  });

  it('keys are not rotated once they are revoked or expired', async () => {
    const { keys } = await startHost('express', engine.url);
    const revoked = await keys.create({ name: 'revoked', kind: 'api' });
    const { revokedAt } = await keys.revoke(revoked.key.id);
    await expect(keys.rotate(revoked.key.id)).rejects.toMatchObject({
      status: 409,
      message: expect.stringMatching(/revoked.*create/),
    });
    expect((await keys.revoke(revoked.key.id)).revokedAt).toEqual(revokedAt);
    const expired = await keys.create({ name: 'expired', kind: 'api', expiresAt: new Date(Date.now() + 20) });
    await delay(30);
    await expect(keys.rotate(expired.key.id)).rejects.toMatchObject({
      status: 409,
      message: expect.stringMatching(/expired.*create/),
    });
  });

  it.each([
    ['an unknown id', 'key_1'],
    ['no id', undefined],
    ['a key for an id', undefined],
  ])('keys are not changed where there is %s, which is not repeated', async (what, given) => {
    const { keys } = await startHost('express', engine.url);
    const { text } = await keys.create({ name: 'untouched', kind: 'api' });
    const id = (what === 'a key for an id' ? text : given) as string;
    const before = await keys.list();
    for (const change of [() => keys.revoke(id), () => keys.rotate(id)]) {
      await expect(change()).rejects.toMatchObject({ status: 404, message: expect.not.stringContaining('evl_') });
    }
    expect(await keys.list()).toEqual(before);
  });
});

describe('ApiKeyService', () => {
  const faults: [fault: string, input: object, message: RegExp][] = [
    ['no name', { name: undefined }, /`name` must be a string/],
    ['an empty name', { name: '' }, /`name` must not be shorter/],
    ['a name over several lines', { name: 'a\nb' }, /`name`.*control characters/],
    ['a mistyped field', { expires: '2020-01-01T00:00:00Z' }, /Unknown field `expires` of a new key: known are .*expiresAt/],
    ['no kind', { kind: undefined }, /`kind`.*'web' or 'api'.*undefined/],
    ['an unknown kind', { kind: 'page' }, /`kind`.*'web' or 'api'/],
    ['no scopes', { scopes: [] }, /`scopes`.*'events:write' and 'events:read'/],
    ['the scope to read in a web key', { kind: 'web', scopes: ['events:read'] }, /`scopes` of a web key/],
    ['a project that is too long', { projectId: 'x'.repeat(256) }, /`projectId`.*255/],
    ['an origin with a path', { allowedOrigins: ['https://example.com/'] }, /`allowedOrigins\[0\]`.*without a path/],
    ['no entity types', { entityTypes: [] }, /`entityTypes`.*at least one entity type, got an empty array/],
    ['an entity type of no name', { entityTypes: ['search', '9'] }, /`entityTypes\[1\]`.*a letter, then/],
    ['an expiry that is over', { expiresAt: new Date() }, /`expiresAt`.*in the future/],
    ['an expiry that no database knows', { expiresAt: new Date(8.64e15) }, /`expiresAt`/],
  ];
  it.each(faults)('ApiKeyService refuses to make a key with %s', async (_fault, input, message) => {
    const { keys, queries } = await startHost('express', 'sqlite::memory:');
    const asked = await queries.during(async () => {
      await expect(keys.create({ name: 'faulty', kind: 'api', ...input })).rejects.toThrow(message);
      await expect(keys.create({ name: 'faulty', kind: 'api', ...input })).rejects.toThrow(TypeError);
    });
    expect(asked).toEqual([]);
  });

  it.each([-1, 1.5, Number.NaN, '24h'])('ApiKeyService refuses to rotate with a grace period of %s', async (gracePeriod) => {
    const { keys } = await startHost('express', 'sqlite::memory:');
    await expect(keys.rotate('key_1', { gracePeriod: gracePeriod as number })).rejects.toThrow(/`gracePeriod`.*milliseconds/);
  });
});
