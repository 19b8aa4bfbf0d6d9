import { Logger } from '@nestjs/common';
import { run } from '../../lib/cli/run.js';
import { settled, type Store, stored, storedIds, storeIn } from '../retention/stores.js';
import { dataSourcesOf } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { BY_DAYS, giveClock, partitionsOf, setAhead } from './database.js';

Logger.overrideLogger(false);

const DAY_MS = 86_400_000;
const HALF_AN_HOUR = 0.5 / 24;

describeEngines(
  'The command line that purges events that are kept by days',
  (engine) => {
    const { shared, another } = dataSourcesOf(engine, BY_DAYS);
    let store: Store;

    const timeOf = (age: number) => new Date(Date.now() - age * DAY_MS).toISOString();
    const partitionOf = (age: number) => `_${timeOf(age).slice(0, 10).replaceAll('-', '_')}`;
    const purge = async (...args: string[]) => {
      const { output, problem } = await run(['events', 'purge', ...args], { DATABASE_URL: engine.url });
      return problem + output;
    };

    /** Stores events of so many days ago, for the database and for the host; ages are given from the oldest on. */
    async function storeOf(age: number, count: number, fields: object = {}): Promise<string[]> {
      await setAhead(shared(), -age * DAY_MS);
      return Promise.all(Array.from({ length: count }, () => stored(store, timeOf(age), fields)));
    }

    /** It is now, and the feed has what is stored. */
    async function backToNow(): Promise<void> {
      await settled(store);
      await setAhead(shared(), 0);
    }

    beforeAll(async () => {
      await giveClock(shared());
    });

    beforeEach(async () => {
      await shared().query('DELETE FROM event_log_events');
      await setAhead(shared(), -10 * DAY_MS);
      store = await storeIn(await another({ migrationsRun: false }));
    });

    it('drops those that are over as a whole, takes what is over of the next one by one, and counts both before', async () => {
      await storeOf(6, 30);
      await storeOf(5, 20);
      await storeOf(3 + HALF_AN_HOUR, 10);
      const [kept] = await storeOf(2, 1);
      await backToNow();
      // Else the database may have looked at a day when a part of it was stored.
      await shared().query('ANALYZE event_log_events');
      const older = ['--older-than', '3d'];
      expect(await purge(...older, '--dry-run')).toMatch(/^\d whole days of about 50 events and 10 events would go\.\n$/);
      expect(await storedIds(store)).toHaveLength(61);
      expect(await purge(...older)).toContain('--yes');
      expect(await partitionsOf(shared())).toEqual(expect.arrayContaining([partitionOf(6), partitionOf(5)]));
      expect(await purge(...older, '--yes')).toMatch(/^\d whole days of about 50 events and 10 events were removed\.\n$/);
      expect(await storedIds(store)).toEqual([kept]);
      const partitions = await partitionsOf(shared());
      expect([6, 5, 3, 2].map((age) => partitions.includes(partitionOf(age)))).toEqual([false, false, true, true]);
    });

    it('takes those of a project one by one, and leaves the day to the others', async () => {
      await storeOf(8, 2, { projectId: 'p1' });
      const kept = await storeOf(8, 3, { projectId: 'p2' });
      await backToNow();
      expect(await purge('--older-than', '5d', '--project', 'p1', '--yes')).toBe('2 events were removed.\n');
      expect(await partitionsOf(shared())).toContain(partitionOf(8));
      expect((await storedIds(store)).toSorted()).toEqual(kept.toSorted());
    });

    it('drops none that a consumer has not handled, unless it is told to', async () => {
      await store.consumers.create('slow', await store.feed.start('now'));
      await storeOf(8, 4);
      await backToNow();
      const older = ['--older-than', '5d', '--yes'];
      expect(await purge(...older)).toContain("0 events were removed.\nOthers stay, as they are not handled by 'slow' yet");
      expect(await partitionsOf(shared())).toContain(partitionOf(8));
      expect(JSON.parse(await purge(...older, '--ignore-consumers', '--json'))).toMatchObject({
        removed: [{ events: 0 }],
        droppedDays: expect.arrayContaining([{ until: expect.any(String), events: 4 }]),
      });
      expect(await partitionsOf(shared())).not.toContain(partitionOf(8));
    });
  },
  ['PostgreSQL'],
);
