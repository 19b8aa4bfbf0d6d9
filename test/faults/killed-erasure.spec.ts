import { Logger } from '@nestjs/common';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { erasedIdDigest, type EventRecord } from 'nestjs-event-log';
import { TypeOrmEventEraser, TypeOrmEventFeed, TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { ErasureRun } from '../../lib/retention/privacy/erasure-run.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';

Logger.overrideLogger(false);

/** How often an erasure is killed. */
const ROUNDS = Number(process.env.ERASURE_KILLS ?? 20);
/** Of each of two projects, of the person and of others. */
const EVENTS = 700;
const NEVER = new AbortController().signal;

describeEngines(
  'an erasure that is killed',
  (engine) => {
    let source: DataSource;
    let repository: TypeOrmEventRepository;
    let feed: TypeOrmEventFeed;
    let eraser: TypeOrmEventEraser;

    beforeAll(async () => {
      source = await new DataSource(dataSourceOptions(engine.url)).initialize();
      [repository, feed, eraser] = [
        new TypeOrmEventRepository(source),
        new TypeOrmEventFeed(source),
        new TypeOrmEventEraser(source),
      ];
      await repository.onModuleInit();
    });
    afterAll(() => source.destroy());

    const insert = async (events: readonly EventRecord[]) => {
      for (let start = 0; start < events.length; start += 1_000) await repository.insert(events.slice(start, start + 1_000));
    };

    /** Asks for one after another: hundreds at once wait for the pool, on a busy machine longer than a statement may take. */
    const countStored = async (events: readonly EventRecord[]) => {
      let count = 0;
      for (const { id, projectId } of events) if (await repository.find(id, projectId)) count++;
      return count;
    };

    /**
     * Erases a person in a process of its own, which is killed so many milliseconds after it has written the request down; resolves to
     * how long it has lived from then on.
     */
    async function eraseInProcess(userId: string, killAfterMs: number): Promise<number> {
      const args = ['dist/esm/cli/main.js', 'events', 'erase-user', '--user-id', userId, '--yes'];
      const child = spawn(process.execPath, args, { env: { ...process.env, DATABASE_URL: engine.url }, stdio: 'ignore' });
      const exit = once(child, 'exit');
      await until('the request is written down', async () => (await eraser.requests.list('open')).length > 0);
      const writtenAt = performance.now();
      await Promise.race([exit, delay(killAfterMs, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await exit;
      return performance.now() - writtenAt;
    }

    /** As a host does it that starts again, without the wait. */
    async function resume(): Promise<number> {
      const open = await eraser.requests.list('open');
      for (const request of open) {
        expect(await eraser.requests.claim(request)).toBe(true);
        await new ErasureRun({ eraser }, { ...request, term: request.term + 1 }, NEVER).run();
      }
      return open.length;
    }

    /** Waits for transactions of other databases on the server, which hold the feed up. */
    async function digestsSince(position: string, count: number): Promise<Set<string>> {
      const digests = new Set<string>();
      for (let after = position, tries = 0; digests.size < count && tries < 600; tries++) {
        const page = await feed.read(after, 1_000);
        for (const record of page.records) if (record.kind === 'erased') digests.add(record.idDigest);
        if (page.records.length === 0) await delay(100);
        after = page.position;
      }
      return digests;
    }

    it(`leaves nothing that should be gone and takes nothing that should stay, in ${ROUNDS} kills`, async () => {
      const found = { resumed: 0, done: 0 };
      let life = 60_000;
      for (let round = 0; round < ROUNDS; round++) {
        const userId = randomUUID();
        const eventsOf = (user: string) =>
          ['p', 'q'].flatMap((projectId) =>
            Array.from({ length: EVENTS }, () => newRecord({ projectId, userProperties: { userId: user } })),
          );
        const [own, others] = [eventsOf(userId), eventsOf(randomUUID())];
        await insert([...own, ...others]);
        const begin = await feed.start('now');
        // The first one lives to its end, which tells how long that is.
        const lived = await eraseInProcess(userId, round === 0 ? life : life * Math.random());
        if (round === 0) life = lived;
        const requests = (await eraser.requests.list('all')).length;
        const resumed = await resume();
        const erased = own.length - (await countStored(own));
        const kept = await countStored(others);
        expect(kept).toBe(others.length);
        expect(erased).toBe(own.length);
        found[resumed > 0 ? 'resumed' : 'done']++;
        const outcomes = [...(await repository.insert(own.slice(0, 700))), ...(await repository.insert(own.slice(700)))];
        expect(outcomes.every((outcome) => 'erased' in outcome)).toBe(true);
        const digests = await digestsSince(begin, own.length);
        expect(own.every(({ id }) => digests.has(erasedIdDigest(id)))).toBe(true);
        expect(others.some(({ id }) => digests.has(erasedIdDigest(id)))).toBe(false);
        const { counts, userKey } = (await eraser.requests.list('all')).toSorted((a, b) =>
          a.startedAt < b.startedAt ? 1 : -1,
        )[0];
        expect({ counts, userKey }).toEqual({
          counts: ['p', 'q'].map((projectId) => ({ projectId, events: EVENTS })),
          userKey: null,
        });
        expect((await eraser.requests.list('all')).length).toBe(requests);
      }
      console.log(`${engine.name}: ${ROUNDS} kills within ${life.toFixed()} ms`, found);
      expect(found.resumed).toBeGreaterThan(0);
    }, 3_600_000);
  },
  ['SQLite', 'PostgreSQL'],
);
