import { Logger, ServiceUnavailableException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule, EventLogService, type EventRecord, EventRepository, InMemoryEventRepository } from 'nestjs-event-log';
import { newEvent } from './utils/events.js';

Logger.overrideLogger(false);

/** Has a part for each type of event: 'stuck' never settles, and of 'unknown' it throws. */
class PartedRepository extends InMemoryEventRepository {
  hanging = 0;

  override partOf({ type }: EventRecord): string {
    if (type === 'unknown') throw new Error('no such part');
    return type;
  }

  override async insert(events: readonly EventRecord[]) {
    if (events[0].type === 'stuck') {
      this.hanging++;
      await new Promise(() => undefined);
    }
    return super.insert(events);
  }
}

async function createApp() {
  const module = await Test.createTestingModule({
    imports: [
      EventLogModule.forRoot({
        apiKeys: [{ id: 'site', key: 'key-of-the-site', kind: 'web' }],
        storage: { repository: PartedRepository },
        answerTimeout: 200,
        maxPendingEvents: 20,
      }),
    ],
  }).compile();
  const app = await module.createNestApplication({ logger: false }).init();
  const service = app.get(EventLogService);
  const log = (type: string) => service.log(newEvent({ type }));
  return { app, repository: app.get<PartedRepository>(EventRepository), log };
}

const unavailable = (promise: Promise<unknown>) => expect(promise).rejects.toBeInstanceOf(ServiceUnavailableException);

describe('A store of several parts', () => {
  it('has room for events as before where its partOf() throws', async () => {
    const { app, log } = await createApp();
    for (let i = 0; i < 50; i++) await expect(log('unknown')).rejects.toThrow();
    expect((await log('fine')).replayed).toBe(false);
    await app.close();
  });

  it('takes events of a part while another one is stuck, whose own are refused at once', async () => {
    const { app, repository, log } = await createApp();
    for (let i = 0; i < 5; i++) await unavailable(log('stuck'));
    const hanging = repository.hanging;
    for (let i = 0; i < 5; i++) {
      expect((await log('fine')).replayed).toBe(false);
      await unavailable(log('stuck'));
    }
    expect(repository.hanging).toBe(hanging);
    await app.close();
  });

  it('has few inserts that hang at once where one part is stuck, though others go on', async () => {
    const { app, repository, log } = await createApp();
    let isOver = false;
    const others = (async () => {
      for (; !isOver; await delay(10)) await log('fine');
    })();
    for (let i = 0; i < 40; i++) await unavailable(log('stuck'));
    isOver = true;
    await others;
    expect(repository.hanging).toBeLessThanOrEqual(5);
    await app.close();
  });
});
