import { TypeOrmEventFeed } from 'nestjs-event-log/typeorm';
import { dataSourcesOf, open } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';

const LISTENERS = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^(LISTEN|NOTIFY)'`;

describeEngines(
  'The channel of the feed',
  (engine) => {
    const { shared, another } = dataSourcesOf(engine);

    it('is there only while somebody watches, wakes the watchers of other processes, and survives the loss of its connection', async () => {
      const [here, there] = [shared(), await another({ migrationsRun: false })];
      const repository = await open(there);
      const [feed, other] = [new TypeOrmEventFeed(here), new TypeOrmEventFeed(there)];
      const listeners = async (): Promise<{ pid: number }[]> => here.query(LISTENERS);
      await repository.insert([newRecord()]);
      expect(await listeners()).toEqual([]);

      let woken = 0;
      const ends = [feed.watch(() => woken++), other.watch(() => undefined)];
      await until('both listen', async () => (await listeners()).length === 2);
      const insertUntilWoken = async () => {
        const before = woken;
        await until('the watcher is woken', async () => {
          await repository.insert([newRecord()]);
          return woken > before;
        });
      };
      await insertUntilWoken();
      for (const { pid } of await listeners()) await here.query('SELECT pg_terminate_backend($1)', [pid]);
      await insertUntilWoken();

      for (const end of ends) end();
      await until('nobody listens', async () => (await listeners()).length === 0);
    });

    it('notifies at most every 50 ms, however many are stored', async () => {
      const [here, there] = [shared(), await another({ migrationsRun: false })];
      const repository = await open(there);
      let woken = 0;
      const ends = [new TypeOrmEventFeed(here).watch(() => woken++), new TypeOrmEventFeed(there).watch(() => undefined)];
      await until('both listen', async () => (await here.query(LISTENERS)).length === 2);
      const began = performance.now();
      for (let i = 0; i < 200; i++) await repository.insert([newRecord()]);
      const ms = performance.now() - began;
      await until('the watcher is woken', () => woken > 0);
      expect(woken).toBeLessThanOrEqual(ms / 50 + 2);
      for (const end of ends) end();
    });
  },
  ['PostgreSQL'],
);
