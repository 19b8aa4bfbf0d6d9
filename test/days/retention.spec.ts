import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { erasedIdDigest } from '../../lib/events/erased-id-digest.js';
import { storedEvent } from '../../lib/events/stored-event.js';
import { dataSourcesOf } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { retentionOf, type Store, stored, storedIds, storeIn } from '../retention/stores.js';
import { BY_DAYS, giveClock, partitionsOf, setAhead } from './database.js';

Logger.overrideLogger(false);

const DAY_MS = 86_400_000;

describeEngines(
  'Retention of events that are kept by days',
  (engine) => {
    const { shared, another } = dataSourcesOf(engine, BY_DAYS);
    let store: Store;
    let reader: DataSource;
    let now = Date.now();

    /** It is so many days later, for the database and for the host. */
    async function later(days: number): Promise<void> {
      now += days * DAY_MS;
      await setAhead(shared(), Math.round(now - performance.timeOrigin - performance.now()));
      const doNotFake = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
      const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
      jest.useFakeTimers({ now: new Date(now), doNotFake: [...doNotFake, ...timers] });
    }

    const storedNow = (fields: object = {}) => stored(store, new Date(now).toISOString(), fields);
    const untilOf = (day: string) => new Date(Date.parse(day.slice(1).replaceAll('_', '-')) + DAY_MS).toISOString();
    const dayOf = (ms: number) => `_${new Date(ms).toISOString().slice(0, 10).replaceAll('-', '_')}`;

    beforeAll(async () => {
      await giveClock(shared());
    });

    beforeEach(async () => {
      store = await storeIn(await another({ migrationsRun: false }));
      reader = await another({ migrationsRun: false });
      await later(100);
    });

    afterEach(() => {
      jest.useRealTimers();
    });

    it('drops a day once the time of all its events is over, and removes those of shorter rules one by one', async () => {
      const retention = retentionOf(store, { rules: [{ keepFor: '14d' }, { entityType: 'search', keepFor: '2d' }] });
      await retention.run(); // what other tests have left
      const day = dayOf(now);
      const [kept, search] = [
        await storedNow(),
        await storedNow({ entityType: 'search', searchQuery: 'q', messageId: undefined }),
      ];
      await later(3);
      const young = await storedNow();
      await storedIds(store); // the feed has them
      expect((await retention.run()).removed.map(({ events }) => events)).toEqual([0, 1]);
      expect((await storedIds(store)).includes(search)).toBe(false);
      await later(11); // over by the rule, and the day is not
      const early = await retention.run();
      expect(early.droppedDays).not.toContainEqual({ until: untilOf(day), events: expect.any(Number) });
      expect(await storedIds(store)).toEqual([kept, young]);
      await later(1.1);
      expect((await retention.preview()).droppedDays).toContainEqual({ until: untilOf(day), events: expect.any(Number) });
      expect(await partitionsOf(shared())).toContain(day);
      const report = await retention.run();
      expect(report.droppedDays).toContainEqual({ until: untilOf(day), events: expect.any(Number) });
      expect(report.removed.map(({ events }) => events)).toEqual([0, 0]);
      expect(await partitionsOf(shared())).not.toContain(day);
      expect(await storedIds(store)).toEqual([young]);
      // An id is known for as long as its day is kept.
      expect(await store.repository.insert([newRecord({ id: kept }), newRecord({ id: young })])).toEqual([
        { replayed: false },
        { replayed: true, createdAt: expect.any(String) },
      ]);
    });

    it('forgets the ids of what was anonymized with its day, and takes none with them again', async () => {
      const id = await storedNow();
      const event = (await store.repository.find!(id, 'p'))!;
      await store.eraser.anonymize!([storedEvent({ ...event, userProperties: null })], randomUUID());
      const noted = 'SELECT id FROM event_log_erasures WHERE id_digest = $1 AND project_key = $2';
      const key = [erasedIdDigest(id), '=p'];
      expect(await shared().query(noted, key)).toEqual([{ id }]);
      await storedIds(store); // the feed has them
      await later(20);
      await retentionOf(store, { rules: [{ keepFor: '14d' }] }).run();
      expect(await storedIds(store)).not.toContain(id);
      expect(await shared().query(noted, key)).toEqual([{ id: null }]);
      expect(await store.repository.insert([newRecord({ id })])).toEqual([{ erased: true }]);
    });

    it('does not drop a day that a consumer has not handled, and says whose it is', async () => {
      const retention = retentionOf(store, { rules: [{ keepFor: '14d' }] });
      const day = dayOf(now);
      await store.consumers.create('slow', await store.feed.start('now'));
      await storedNow();
      await storedIds(store); // the feed has them
      await later(20);
      const held = await retention.run();
      expect(held.heldBackBy).toEqual(['slow']);
      expect(await partitionsOf(shared())).toContain(day);
      await store.consumers.delete('slow');
      expect((await retention.run()).droppedDays).not.toHaveLength(0);
      expect(await partitionsOf(shared())).not.toContain(day);
    });

    it('goes one by one where no rule is for all events, and where a day has no place of its own', async () => {
      const name = 'of one project';
      const id = await storedNow({ projectId: name });
      await storedIds(store); // the feed has them
      await later(20);
      const report = await retentionOf(store, { rules: [{ projectId: name, keepFor: '14d' }] }).run();
      expect([report.droppedDays, report.removed.map(({ events }) => events)]).toEqual([undefined, [1]]);
      expect(await storedIds(store)).not.toContain(id);
    });

    it('drops a day beside a reader that holds the table for a while, and lets writers go on meanwhile', async () => {
      const day = dayOf(now);
      await storedNow();
      await storedIds(store); // the feed has them
      await later(20);
      const reading = reader.createQueryRunner();
      await reading.query('BEGIN');
      await reading.query('SELECT count(*) FROM event_log_events');
      const running = retentionOf(store, { rules: [{ keepFor: '14d' }] }).run();
      for (let events = 0; events < 10; events++) await storedNow();
      expect(await partitionsOf(shared())).toContain(day);
      await reading.query('COMMIT');
      await reading.release();
      expect((await running).droppedDays).not.toHaveLength(0);
      expect(await partitionsOf(shared())).not.toContain(day);
    });
  },
  ['PostgreSQL'],
);
