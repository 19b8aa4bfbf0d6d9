import { closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import { lockTable } from '../utils/lock-table.js';
import { ownTime } from '../utils/own-time.js';
import { until } from '../utils/until.js';
import { expectNoSecrets, startHost, TABLE } from './key-host.js';

afterEach(closeApps);

describeEngines('Keys', (engine) => {
  it('keys are refused with 503 while the database is gone where they are not cached, and pass where they are', async () => {
    const { keys, dataSource, logged, whoAmI } = await startHost('express', engine.url, {}, 'events');
    const cached = await keys.create({ name: 'cached', kind: 'api' });
    const uncached = await keys.create({ name: 'uncached', kind: 'api' });
    const read = async (key: string) => (await whoAmI(key))[0];
    expect(await read(cached.text)).toBe(200);
    await dataSource.destroy();
    expect([await read(cached.text), await read(uncached.text), await read('unknown-key')]).toEqual([200, 503, 503]);
    await dataSource.initialize();
    expect([await read(uncached.text), await read('unknown-key')]).toEqual([200, 401]);
    expectNoSecrets(logged, [cached.text, uncached.text, 'unknown-key']);
  });

  it('making and listing keys fails with a clear error while the database is gone', async () => {
    const { keys, dataSource } = await startHost('express', engine.url);
    await dataSource.destroy();
    for (const work of [() => keys.list(), () => keys.create({ name: 'n', kind: 'api' }), () => keys.revoke('key_1')]) {
      await expect(work()).rejects.toMatchObject({ status: 503, message: expect.stringContaining('not available') });
    }
    await dataSource.initialize();
  });

  (engine.name === 'SQLite' ? it.skip : it)(
    `keys are refused with 503 within 5 s where the database does not answer, and pass as soon as it does${engine.name === 'SQLite' ? ' (skipped: SQLite answers in the process)' : ''}`,
    async () => {
      const { keys, post, dataSource } = await startHost('express', engine.url);
      const { text } = await keys.create({ name: 'frozen', kind: 'api' });
      const release = await lockTable(engine.url, TABLE);
      const startedAt = ownTime();
      expect(await Promise.all([post(text), post(text), post('unknown-key')])).toEqual([503, 503, 503]);
      expect(ownTime() - startedAt).toBeLessThan(5_000);
      await release();
      expect([await post(text), await post('unknown-key')]).toEqual([200, 401]);
      expect(await dataSource.query('SELECT 1')).toHaveLength(1);
    },
  );

  it('keys pass though their last use can not be noted, which is only logged', async () => {
    const { keys, post, dataSource, logged } = await startHost('express', engine.url);
    const { text } = await keys.create({ name: 'unnoted', kind: 'api' });
    expect(await post(text)).toBe(200);
    await dataSource.query(`ALTER TABLE ${TABLE} RENAME TO gone`);
    await until('it is logged', () => logged.all.some((line) => line.includes('last use of 1 keys could not be noted')));
    await dataSource.query(`ALTER TABLE gone RENAME TO ${TABLE}`);
    expect(await post(text)).toBe(200);
    expectNoSecrets(logged, [text]);
  });
});
