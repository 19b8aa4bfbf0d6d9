import type { INestApplication } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventStorage,
  InMemoryConsumerStore,
  InMemoryEventFeed,
  InMemoryEventRepository,
  type StoredEvent,
} from 'nestjs-event-log';
import { type ConsumerContext, ConsumerService } from 'nestjs-event-log/consumers';
import { closeApps } from '../utils/create-app.js';
import { until } from '../utils/until.js';
import { consumerClass, idsOf, startConsumers } from './host.js';

afterEach(closeApps);

const serviceOf = (app: INestApplication) => app.get(ConsumerService, { strict: false });

/** One store for several hosts of this process. */
function sharedStorage(): EventStorage {
  const repository = new InMemoryEventRepository();
  const consumers = new InMemoryConsumerStore();
  return {
    repository: { useFactory: () => repository },
    feed: { useFactory: () => new InMemoryEventFeed(repository) },
    consumers: { useFactory: () => consumers },
  };
}

describe('Consumers of several instances', () => {
  it('are given each event once where 20 instances start at once, by one of them', async () => {
    const storage = sharedStorage();
    const handled: [instance: number, id: string][] = [];
    const hosts = await Promise.all(
      Array.from({ length: 20 }, (_, instance) => {
        const handle = (events: readonly StoredEvent[]) =>
          handled.push(...idsOf(events).map((id): [number, string] => [instance, id]));
        return startConsumers([consumerClass('a', handle)], { storage });
      }),
    );
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    for (const [index, id] of ids.entries()) await hosts[index % 20].log(id);
    await until('all are handled', () => handled.length >= 50);
    expect(handled.map(([, id]) => id)).toEqual(ids);
    expect(new Set(handled.map(([instance]) => instance)).size).toBe(1);
  });

  it('go on with the next event on another instance when theirs shuts down', async () => {
    const storage = sharedStorage();
    const handled: string[] = [];
    const startOne = () => startConsumers([consumerClass('a', (events) => handled.push(...idsOf(events)))], { storage });
    const first = await startOne();
    await first.log('1');
    await until('it is handled', () => handled.length === 1);
    const second = await startOne();
    await first.app.close();
    await second.log('2');
    await until('the next is handled', () => handled.length === 2);
    expect(handled).toEqual(['1', '2']);
  });
});

describe('A shutdown', () => {
  it('waits for what is in hand, which is not given again', async () => {
    const storage = sharedStorage();
    const handled: string[] = [];
    const handle = async (events: readonly StoredEvent[]) => {
      await delay(300);
      handled.push(...idsOf(events));
    };
    const first = await startConsumers([consumerClass('a', handle)], { storage });
    await first.log('1');
    await delay(100);
    await first.app.close();
    expect(handled).toEqual(['1']);
    const second = await startConsumers([consumerClass('a', handle)], { storage });
    await second.log('2');
    await until('the next is handled', () => handled.length === 2);
    expect(handled).toEqual(['1', '2']);
  });

  it('leaves the position after what was handled where a batch had failed and parts of it were tried', async () => {
    const storage = sharedStorage();
    const handled: string[] = [];
    const handle = async (events: readonly StoredEvent[]) => {
      if (events.length > 2) throw new Error('too many');
      if (handled.length === 0) await delay(300);
      handled.push(...idsOf(events));
    };
    const options = { maxAttempts: 1, from: 'beginning' } as const;
    const { app, log } = await startConsumers([], { storage });
    await log('1', '2', '3', '4');
    await app.close();
    const first = await startConsumers([consumerClass('a', handle, options)], { storage });
    await delay(150);
    await first.app.close();
    expect(handled).toEqual(['1', '2']);
    await startConsumers([consumerClass('a', handle, options)], { storage });
    await until('the rest is handled', () => handled.includes('4'));
    expect(handled).toEqual(['1', '2', '3', '4']);
  });

  it('keeps the lease while it waits for what is in hand', async () => {
    const storage = sharedStorage();
    const handled: string[] = [];
    const handle = async (events: readonly StoredEvent[], { signal }: ConsumerContext) => {
      if (handled.length === 0) await delay(5_500, undefined, { signal });
      handled.push(...idsOf(events));
    };
    const first = await startConsumers([consumerClass('a', handle)], { storage, shutdownTimeout: 10_000 });
    await first.log('1');
    await delay(100);
    const second = await startConsumers([consumerClass('a', handle)], { storage });
    await first.app.close();
    expect(handled).toEqual(['1']);
    await second.log('2');
    await until('the next is handled', () => handled.length === 2);
    expect(handled).toEqual(['1', '2']);
  });

  it('gives up in its time what does not end, which is given again after the start', async () => {
    const storage = sharedStorage();
    const reasons: unknown[] = [];
    const hang = (_events: readonly StoredEvent[], { signal }: ConsumerContext) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject((reasons.push(signal.reason), signal.reason)));
      });
    const first = await startConsumers([consumerClass('a', hang)], { storage, shutdownTimeout: 100 });
    await first.log('1');
    await delay(100);
    await first.app.close();
    expect(reasons.map(String)).toEqual(['Error: The host shuts down']);
    const handled: string[] = [];
    await startConsumers([consumerClass('a', (events) => handled.push(...idsOf(events)))], { storage });
    await until('it is handled', () => handled.length === 1);
  });
});

describe('An operator', () => {
  it('pauses and resumes a consumer, which then goes on where it was', async () => {
    const handled: string[] = [];
    const { app, log } = await startConsumers([consumerClass('a', (events) => handled.push(...idsOf(events)))]);
    await serviceOf(app).pause('a');
    await until('the lease is given back', async () => (await serviceOf(app).list())[0].holder === null);
    await log('1', '2');
    await delay(100);
    expect(handled).toEqual([]);
    expect((await serviceOf(app).list())[0]).toMatchObject({ name: 'a', status: 'paused', lagEvents: 2 });
    await serviceOf(app).resume('a');
    await until('all are handled', () => handled.length === 2);
    await until('it has caught up', async () => (await serviceOf(app).list())[0].lagEvents === 0);
  });

  it('resets a consumer to the beginning, and all is given once more', async () => {
    const handled: string[] = [];
    const { app, log } = await startConsumers([consumerClass('a', (events) => handled.push(...idsOf(events)))]);
    await log('1', '2');
    await until('all are handled', () => handled.length === 2);
    await serviceOf(app).reset('a', 'beginning');
    await until('all are handled again', () => handled.length === 4);
    expect(handled).toEqual(['1', '2', '1', '2']);
  });

  it('has parked events handled again', async () => {
    let isBroken = true;
    const handled: string[] = [];
    const handle = (events: readonly StoredEvent[]) => {
      if (isBroken) throw new Error('broken');
      handled.push(...idsOf(events));
    };
    const { app, log } = await startConsumers([consumerClass('a', handle, { maxAttempts: 1, retryDelay: 1 })]);
    await log('1');
    await until('it is parked', async () => (await serviceOf(app).parked('a')).length === 1);
    isBroken = false;
    await log('2');
    await until('the next is handled', () => handled.length === 1);
    await serviceOf(app).retry('a');
    await until('both are handled', () => handled.length === 2);
    await until('none is parked', async () => (await serviceOf(app).parked('a')).length === 0);
  });

  it('sees which consumer has a position of a log that is gone, and resets it', async () => {
    const storage = sharedStorage();
    const handled: string[] = [];
    const { useFactory: store } = storage.consumers as { useFactory: () => InMemoryConsumerStore };
    await store().create('a', '1000');
    const { app, log } = await startConsumers([consumerClass('a', (events) => handled.push(...idsOf(events)))], { storage });
    await until('it has stopped', async () => (await serviceOf(app).list())[0].status === 'stopped');
    expect((await serviceOf(app).list())[0]).toMatchObject({ lagEvents: null, lagSeconds: null });
    await log('1');
    await serviceOf(app).reset('a', 'beginning');
    await serviceOf(app).resume('a');
    await until('it is handled', () => handled.length === 1);
  });

  it('is told where there is no consumer of a name', async () => {
    const { app } = await startConsumers([]);
    await expect(serviceOf(app).pause('nobody')).rejects.toThrow("There is no consumer 'nobody'");
    await expect(serviceOf(app).skip('nobody')).rejects.toThrow("There is no consumer 'nobody'");
    await expect(serviceOf(app).pause(undefined as never)).rejects.toThrow(
      'Expected the name of a consumer to be a string, got undefined',
    );
    await expect(serviceOf(app).reset('nobody', '2026-01-01' as never)).rejects.toThrow(
      "Expected `from` to be 'now', 'beginning' or a valid Date",
    );
  });
});

it('a batch that takes too long fails, its signal aborts, and the next try has the next number', async () => {
  const attempts: number[] = [];
  const handle = async (_events: readonly StoredEvent[], { attempt, signal }: ConsumerContext) => {
    attempts.push(attempt);
    if (attempt > 1) return;
    await delay(5_000, undefined, { signal });
  };
  const { app, log } = await startConsumers([consumerClass('a', handle, { handleTimeout: 50, retryDelay: 1 })]);
  await log('1');
  await until('it is handled', async () => attempts.length === 2 && (await serviceOf(app).list())[0].lagEvents === 0);
  expect(attempts).toEqual([1, 2]);
});
