import { Logger } from '@nestjs/common';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventRecord } from 'nestjs-event-log';
import type { RetentionRule } from 'nestjs-event-log/retention';
import { DataSource } from 'typeorm';
import { retentionOf, type Store, storedIds, storeIn, WITH_CONSUMERS } from '../retention/stores.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';

Logger.overrideLogger(false);

/** How often retention is killed. */
const KILLS = Number(process.env.RETENTION_KILLS ?? 10);
/** How many events of each kind there are in a round. */
const EVENTS = 200;
const DAY_MS = 86_400_000;

const RULES: RetentionRule[] = [
  { keepFor: '90d' },
  { entityType: 'search', keepFor: '30d' },
  { projectId: 'p1', keepFor: '2y' },
  { projectId: null, entityType: 'search', keepFor: '12w' },
];
const SEARCH = { entityType: 'search', searchQuery: 'q', messageId: undefined } as object;
/** What events are, how many days ago they were received, and the rule that is to remove them. */
const KINDS: readonly (readonly [more: Partial<EventRecord>, days: number, rule: number | undefined])[] = [
  [{ projectId: 'p' }, 89, undefined],
  [{ projectId: 'p' }, 91, 0],
  [{ projectId: null }, 91, 0],
  [{ projectId: 'p', ...SEARCH }, 29, undefined],
  [{ projectId: 'p', ...SEARCH }, 31, 1],
  [{ projectId: 'p1' }, 700, undefined],
  [{ projectId: 'p1' }, 740, 2],
  [{ projectId: 'p1', ...SEARCH }, 700, undefined],
  [{ projectId: null, ...SEARCH }, 83, undefined],
  [{ projectId: null, ...SEARCH }, 85, 3],
];

interface Round {
  /** The ids of events that are to go, by rule. */
  readonly over: readonly ReadonlySet<string>[];
  readonly kept: ReadonlySet<string>;
}

/** What retention did wrong, as ids of events. */
interface Faults {
  readonly left: string[];
  readonly lost: string[];
}

function faultsOf({ over, kept }: Round, stored: ReadonlySet<string>): Faults {
  const left = over.flatMap((ids) => [...ids]).filter((id) => stored.has(id));
  return { left, lost: [...kept].filter((id) => !stored.has(id)) };
}

describeEngines(
  'retention that is killed',
  (engine) => {
    let source: DataSource;
    let store: Store;

    beforeAll(async () => {
      source = await new DataSource(dataSourceOptions(engine.url, WITH_CONSUMERS)).initialize();
      store = await storeIn(source);
    });
    afterAll(() => source.destroy());

    /** Stores events in the order of their receipt, as they come: those that go and those that stay stand among each other. */
    async function begin(): Promise<Round> {
      for (const table of ['events', 'consumers']) await source.query(`DELETE FROM event_log_${table}`);
      const events: { rule: number | undefined; record: EventRecord }[] = [];
      for (const [more, days, rule] of KINDS.toSorted(([, one], [, other]) => other - one)) {
        const receivedAt = new Date(Date.now() - days * DAY_MS).toISOString();
        const records = Array.from({ length: EVENTS }, () => newRecord({ receivedAt, createdAt: receivedAt, ...more }));
        await store.repository.insert(records);
        events.push(...records.map((record) => ({ rule, record })));
      }
      const idsOf = (wanted?: number) => new Set(events.filter(({ rule }) => rule === wanted).map(({ record }) => record.id));
      // Until they are in the feed, which transactions of other databases on the server hold up.
      await storedIds(store);
      return { over: RULES.map((_, rule) => idsOf(rule)), kept: idsOf() };
    }

    /** Runs retention in a host of its own, which is killed when this has come to its end, after it has begun. */
    async function killedAfter(end: () => Promise<unknown>, isHasty = false): Promise<void> {
      const database = { ...dataSourceOptions(engine.url, { migrationsRun: false }), entities: [], migrations: [] };
      const settings = JSON.stringify({ database, rules: RULES, isHasty });
      const env = { ...process.env, RETENTION_HOST: settings };
      const child = spawn(process.execPath, [resolve('test/faults/retention-host.mjs')], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exit = once(child, 'exit');
      try {
        await once(child.stdout, 'data'); // it has begun
        await end();
      } finally {
        child.kill('SIGKILL');
        await exit;
      }
    }

    /** Until the events that are over are gone; resolves to how long that took. */
    async function whole({ over }: Round): Promise<number> {
      const [began, count] = [performance.now(), over.reduce((sum, { size }) => sum + size, 0)];
      await until('all that is over is gone', async () => (await stored()).size === EVENTS * KINDS.length - count, 300_000);
      return performance.now() - began;
    }

    /** Gives the lease of the dead back, for which the next one would wait six seconds. */
    async function bury(): Promise<void> {
      const [state] = await store.consumers.find(['retention/lease']);
      const lease = await store.consumers.acquire(state, 'the test');
      if (lease !== undefined) await store.consumers.release(lease);
    }

    async function stored(): Promise<Set<string>> {
      const rows: { id: string }[] = await source.query('SELECT id FROM event_log_events');
      return new Set(rows.map(({ id }) => id));
    }

    const countsOf = (removed: readonly { events: number }[]) => removed.map(({ events }) => events);

    it(`leaves nothing that should be gone and takes nothing that should stay, in ${KILLS} kills`, async () => {
      const retention = retentionOf(store, { rules: RULES });
      const found = { early: 0, midst: 0, done: 0 };
      let life = 0;
      for (let kill = 0; kill <= KILLS; kill++) {
        const round = await begin();
        // The first one is killed when all is done, which tells how long that takes; the others all over that time.
        await killedAfter(
          kill === 0 ? async () => (life = await whole(round)) : () => delay((life * (kill - Math.random())) / KILLS),
        );
        const atKill = await stored();
        const waiting = round.over.map((ids) => [...ids].filter((id) => atKill.has(id)).length);
        const left = waiting.reduce((sum, count) => sum + count, 0);
        if (kill > 0) found[left === 0 ? 'done' : left === 5 * EVENTS ? 'early' : 'midst']++;
        expect(faultsOf(round, atKill).lost).toEqual([]);
        // What is told before, by the run that goes on, and afterwards, is what is there.
        expect(countsOf((await retention.preview()).removed)).toEqual(waiting);
        await bury();
        const report = await retention.run();
        expect([countsOf(report.removed), report.isUnfinished]).toEqual([waiting, false]);
        const after = await stored();
        expect(faultsOf(round, after)).toEqual({ left: [], lost: [] });
        expect(after.size).toBe(round.kept.size);
        expect(countsOf((await retention.run()).removed)).toEqual(RULES.map(() => 0));
        expect(await stored()).toEqual(after);
      }
      console.log(`${engine.name}: ${KILLS} kills within ${life.toFixed()} ms`, found);
      expect(found.midst).toBeGreaterThan(0);
    }, 3_600_000);

    it('the checker finds what a host leaves that goes on before events are gone', async () => {
      const left: number[] = [];
      for (let tries = 0; tries < 20 && left.length === 0; tries++) {
        const round = await begin();
        // Not before the walk comes to what is over.
        await killedAfter(() => delay(1_000 + 200 * tries), true);
        await bury();
        await retentionOf(store, { rules: RULES }).run();
        const faults = faultsOf(round, await stored());
        if (faults.left.length > 0) left.push(faults.left.length);
      }
      expect(left).toHaveLength(1);
    }, 600_000);

    it('the checker finds what is taken that is to stay', async () => {
      const round = await begin();
      const [id] = round.kept;
      await store.eraser.purge(['p', 'p1', null].map((projectId) => ({ id, projectId })));
      expect(faultsOf(round, await stored()).lost).toEqual([id]);
    });
  },
  ['SQLite', 'PostgreSQL'],
);
