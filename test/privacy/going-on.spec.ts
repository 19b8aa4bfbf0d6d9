import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EventEraser, EventLogModule, type EventStorage, type FeedPosition } from 'nestjs-event-log';
import { EventLogRetentionModule, EventPrivacyService } from 'nestjs-event-log/retention';
import { TypeOrmEventEraser, typeOrmStorage } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import type { PersonalEvents, PersonInProject } from '../../lib/storage/erasure.interface.js';
import { WITH_CONSUMERS } from '../retention/stores.js';
import { clientOf } from '../utils/client.js';
import { closeApps, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newMessage } from '../utils/events.js';

const KEY = 'key-of-the-test';
/** What the person has before: some slices of an erasure. */
const BEFORE = 2_000;
const WRITERS = 4;

/** An eraser that tells when it has given its end. */
class WatchedEraser extends TypeOrmEventEraser {
  endedAt = Infinity;

  override async end(): Promise<FeedPosition> {
    const end = await super.end();
    this.endedAt = performance.now();
    return end;
  }
}

/** One that erases what comes after its end as well. */
class EndlessEraser extends WatchedEraser {
  override projectsOf(userKey: string, { projectId }: PersonalEvents = {}) {
    return super.projectsOf(userKey, { projectId });
  }

  override keysOf({ userKey, projectId }: PersonInProject, limit: number) {
    return super.keysOf({ userKey, projectId }, limit);
  }
}

describeEngines('An erasure whose person goes on', (engine) => {
  afterEach(closeApps);

  /** A person's events go while the person sends others. Tells which of both were wrongly kept and erased, and how many were sent. */
  async function play(
    adapter: 'express' | 'fastify',
    mode: 'delete' | 'anonymize',
    Eraser: typeof WatchedEraser,
    limitMs: number,
  ) {
    const eraser = { useFactory: (source: DataSource) => new Eraser(source), inject: [getDataSourceToken()] };
    const storage: EventStorage = { ...typeOrmStorage(), eraser };
    const { app, url } = await createApp(adapter, {
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions(engine.url, WITH_CONSUMERS), autoLoadEntities: true, retryAttempts: 0 }),
        EventLogModule.forRoot({ apiKeys: [{ id: 'a', kind: 'api', key: KEY, projectId: 'p' }], storage }),
        EventLogRetentionModule.forRoot(),
      ],
    });
    const client = clientOf(url, KEY);
    const userId = randomUUID();
    const newOne = () => newMessage({ id: randomUUID(), userProperties: { userId } });
    const before = Array.from({ length: BEFORE }, newOne);
    for (let start = 0; start < BEFORE; start += 500) await client.batch(before.slice(start, start + 500));
    const acknowledged: { id: string; sentAt: number }[] = [];
    let goesOn = true;
    const writing = Array.from({ length: WRITERS }, async () => {
      while (goesOn) {
        const [event, sentAt] = [newOne(), performance.now()];
        if ((await client.log(event)).status !== 200) throw new Error('Expected the event to be stored.');
        acknowledged.push({ id: event.id, sentAt });
      }
    });
    await delay(100);
    const privacy = app.get(EventPrivacyService, { strict: false });
    const early = [...before, ...acknowledged].map(({ id }) => id);
    const receipt = await privacy.erase({ userId }, { mode }, AbortSignal.timeout(limitMs)).catch(() => undefined);
    const { endedAt } = app.get<WatchedEraser>(EventEraser, { strict: false });
    const late = () => acknowledged.filter(({ sentAt }) => sentAt > endedAt).map(({ id }) => id);
    const whileErasing = late().length;
    goesOn = false;
    await Promise.all(writing);
    const kept = new Set<string>();
    for await (const { id } of privacy.export({ userId })) kept.add(id);
    return {
      receipt,
      whileErasing,
      left: early.filter((id) => kept.has(id)),
      lost: late().filter((id) => !kept.has(id)),
      kept: kept.size,
    };
  }

  it.each([
    ['express', 'delete'],
    ['fastify', 'anonymize'],
  ] as const)(
    'ends, with all of before and nothing of what is sent from then on, on %s with the mode %s',
    async (adapter, mode) => {
      const { receipt, whileErasing, left, lost, kept } = await play(adapter, mode, WatchedEraser, 60_000);
      expect([receipt?.mode, left, lost]).toEqual([mode, [], []]);
      expect(receipt!.counts[0].events).toBeGreaterThanOrEqual(BEFORE);
      expect(Math.min(whileErasing, kept)).toBeGreaterThan(0);
    },
  );

  it('would take what is sent from then on where it had no end', async () => {
    const { lost } = await play('express', 'delete', EndlessEraser, 5_000);
    expect(lost.length).toBeGreaterThan(0);
  });
});
