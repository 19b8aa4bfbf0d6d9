import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { InsertOutcome } from 'nestjs-event-log';
import { TypeOrmEventEraser, type TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { SettledDay } from '../../lib/typeorm/engines/postgres/by-days/settled-day.js';
import { dataSourcesOf, open } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';
import { BY_DAYS, giveClock, setAhead } from './database.js';

Logger.overrideLogger(false);

const CONNECTIONS = 4;
const IDS = 300;
const MIDNIGHTS = Number(process.env.MIDNIGHTS ?? 3);
const DAY_MS = 86_400_000;

const isNew = (outcome: InsertOutcome) => 'replayed' in outcome && !outcome.replayed;
const isReplay = (outcome: InsertOutcome) => 'replayed' in outcome && outcome.replayed;

describeEngines(
  'Ids that are sent on two days',
  (engine) => {
    const { shared, another } = dataSourcesOf(engine, BY_DAYS);
    let sources: DataSource[];
    let writers: TypeOrmEventRepository[];
    /** Of the simulated clock, before that of the server. */
    let ahead = 0;

    /** It is so many milliseconds after the next midnight. */
    async function goToMidnight(after = 0): Promise<void> {
      const now = Date.now() + ahead;
      ahead += DAY_MS - (now % DAY_MS) + after;
      await setAhead(shared(), ahead);
    }

    /** How many ids of a type are stored more than once. */
    async function storedTwice(type: string): Promise<number> {
      const sql = 'SELECT id FROM event_log_events WHERE type = $1 GROUP BY project_key, id HAVING count(*) > 1';
      return (await shared().query(sql, [type])).length;
    }

    /** Two writers store the same ids before midnight, and two after it, while the former have not ended. Resolves to the outcomes of each id. */
    async function raceOverMidnights(type: string): Promise<InsertOutcome[][]> {
      const outcomes: InsertOutcome[][] = [];
      for (let midnight = 0; midnight < MIDNIGHTS; midnight++) {
        await goToMidnight(-60_000);
        const events = Array.from({ length: IDS / MIDNIGHTS }, () => newRecord({ type }));
        const insert = async (writer: TypeOrmEventRepository) => {
          await delay(Math.random() * 20);
          return writer.insert(events, 20_000);
        };
        const early = writers.slice(0, 2).map(insert);
        await until('one of them has its day', async () => (await holders()) > 0);
        await goToMidnight(1_000);
        const late = writers.slice(2).map(insert);
        const ofWriters = await Promise.all([...early, ...late]);
        outcomes.push(...events.map((_event, index) => ofWriters.map((of) => of[index])));
      }
      return outcomes;
    }

    /** How many statements have a day. */
    async function holders(): Promise<number> {
      const sql =
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND mode = 'ShareLock' AND granted " +
        'AND database = (SELECT oid FROM pg_database WHERE datname = current_database())';
      return (await shared().query(sql)).length;
    }

    beforeAll(async () => {
      await giveClock(shared());
      // A statement ends some time after it has looked for its ids, as on a disk that is busy.
      await shared().query(`CREATE FUNCTION public.end_later() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.2 + random() * 0.2); RETURN NULL; END $$`);
      await shared().query(
        'CREATE TRIGGER end_later AFTER INSERT ON event_log_events FOR EACH STATEMENT EXECUTE FUNCTION public.end_later()',
      );
    });

    beforeEach(async () => {
      sources = await Promise.all(Array.from({ length: CONNECTIONS }, () => another({ migrationsRun: false })));
      writers = await Promise.all(sources.map(open));
    });

    afterEach(() => {
      jest.restoreAllMocks();
    });

    it('are stored once, whoever of 4 writers sends them before and after midnight', async () => {
      const outcomes = await raceOverMidnights('raced');
      expect(outcomes).toHaveLength(IDS);
      expect(outcomes.map((of) => [of.filter(isNew).length, of.filter(isReplay).length])).toEqual(
        outcomes.map(() => [1, CONNECTIONS - 1]),
      );
      expect(await storedTwice('raced')).toBe(0);
    });

    it('are stored twice where the writers of the day before are not waited for, so the race is one', async () => {
      const nobody = "SELECT '0' AS held";
      jest.spyOn(SettledDay.prototype as unknown as { othersSql(): string }, 'othersSql').mockReturnValue(nobody);
      await raceOverMidnights('unguarded');
      expect(await storedTwice('unguarded')).toBeGreaterThan(0);
    });

    it('wait for a statement of the day before that has not ended, and are replays of it', async () => {
      const events = Array.from({ length: IDS }, () => newRecord({ type: 'waited for' }));
      await goToMidnight(-60_000);
      const runner = sources[3].createQueryRunner();
      await runner.query('BEGIN');
      // The first writer has its day, and waits for this one's row.
      const columns = 'project_key, id, entity_type, type, created_at, project_id, received_at, received_day';
      const values = "'=p', $1, 'message', 't', now(), 'p', now(), (clock_timestamp() AT TIME ZONE 'UTC')::date";
      await runner.query(`INSERT INTO event_log_events (${columns}) VALUES (${values})`, [
        events.map(({ id }) => id).toSorted()[0],
      ]);
      const before = writers[0].insert(events, 20_000);
      await until('the first has its day', async () => (await holders()) > 0);
      await goToMidnight(1_000);
      let hasEnded = false;
      const after = writers[1].insert(events, 20_000).finally(() => (hasEnded = true));
      await delay(300);
      expect(hasEnded).toBe(false);
      await runner.query('ROLLBACK');
      await runner.release();
      expect((await before).filter(isNew)).toHaveLength(IDS);
      expect((await after).filter(isReplay)).toHaveLength(IDS);
      expect(await storedTwice('waited for')).toBe(0);
    });

    it('are replays on later days, a conflict with other content, and erased once they are erased', async () => {
      const [event, erased] = [newRecord(), newRecord()];
      await writers[0].insert([event, erased]);
      await goToMidnight(3_600_000);
      const later = { ...event, receivedAt: new Date(Date.now() + ahead).toISOString() };
      const other = newRecord({ ...event, properties: { secret: 'other' } });
      expect(await writers[1].insert([later])).toEqual([{ replayed: true, createdAt: event.createdAt }]);
      expect(await writers[1].insert([other])).toEqual([{ conflict: true }]);
      const eraser = new TypeOrmEventEraser(shared());
      await eraser.erase([{ id: erased.id, projectId: 'p' }], randomUUID());
      await goToMidnight(3_600_000);
      expect(await writers[2].insert([later, erased])).toEqual([
        { replayed: true, createdAt: event.createdAt },
        { erased: true },
      ]);
      expect(await writers[2].find(event.id, 'p')).toMatchObject({ id: event.id });
    });
  },
  ['PostgreSQL'],
);
