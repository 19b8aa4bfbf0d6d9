import { setTimeout as delay } from 'node:timers/promises';
import { ConsumerService } from 'nestjs-event-log/consumers';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { until } from '../utils/until.js';
import { consumerClass, idsOf, startConsumers } from './host.js';

afterEach(closeApps);

describe.each(ADAPTERS)('Consumers, with %s', (adapter) => {
  it('are given what is posted, in order, once it is stored', async () => {
    const seen: string[] = [];
    const { url } = await startConsumers([consumerClass('a', (events) => seen.push(...idsOf(events)))], { adapter });
    for (const id of ['1', '2', '3']) {
      const body = JSON.stringify({ id, entityType: 'message', type: 't', messageId: 'm' });
      const headers = { Authorization: 'Bearer key-of-the-host', 'Content-Type': 'application/json', Connection: 'close' };
      await (await fetch(`${url}/events`, { method: 'POST', headers, body })).text();
    }
    await until('all are handled', () => seen.length === 3);
    expect(seen).toEqual(['1', '2', '3']);
  });
});

it('a consumer is given only events of its entity types, and those before its start only where it asks for them', async () => {
  const seen: Record<string, string[]> = { all: [], searches: [] };
  const { log } = await startConsumers([
    consumerClass('all', (events) => seen.all.push(...idsOf(events)), { from: 'beginning' }),
    consumerClass('searches', (events) => seen.searches.push(...idsOf(events)), { entityTypes: ['search'] }),
  ]);
  await log('1', '2');
  await until('all are handled', () => seen.all.length === 2);
  expect(seen.searches).toEqual([]);
});

it('a failed batch is tried again after pauses, and then in halves until the one that fails is parked', async () => {
  const tries: string[][] = [];
  const handled: string[] = [];
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let isCalled = false;
  const handle = async (events: Parameters<typeof idsOf>[0]) => {
    isCalled = true;
    await gate;
    tries.push(idsOf(events));
    if (idsOf(events).includes('bad')) throw new Error('it is bad');
    handled.push(...idsOf(events));
  };
  const { app, log, lines } = await startConsumers([consumerClass('a', handle, { maxAttempts: 2, retryDelay: 5 })]);
  await log('first');
  await until('it has the first', () => isCalled);
  await log('1', '2', '3', 'bad', '5', '6', '7', '8');
  await delay(100); // until what waits can be one batch
  open();
  await until('the others are handled', () => handled.length === 8);
  expect(handled).toEqual(['first', '1', '2', '3', '5', '6', '7', '8']);
  const consumers = app.get(ConsumerService, { strict: false });
  await until('it is parked', async () => (await consumers.parked('a')).length === 1);
  const [parked] = await consumers.parked('a');
  expect(parked).toMatchObject({ id: 'bad', consumer: 'a', attempts: 2, error: 'Error: it is bad' });
  const withBad = tries.filter((ids) => ids.includes('bad'));
  expect(withBad[1]).toEqual(withBad[0]);
  expect(withBad.slice(-2)).toEqual([['bad'], ['bad']]);
  const sizes = withBad.map(({ length }) => length);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(lines.all.join('\n')).toContain('has set an event aside after 2 tries, see `consumers parked`: Error: it is bad');
});

it('a consumer that shall stop stops at what it can not handle, until that is skipped', async () => {
  const handled: string[] = [];
  const handle = (events: Parameters<typeof idsOf>[0]) => {
    if (idsOf(events).includes('bad')) throw new Error('it is bad');
    handled.push(...idsOf(events));
  };
  const options = { maxAttempts: 1, retryDelay: 5, onFailure: 'stop' } as const;
  const { app, log } = await startConsumers([consumerClass('a', handle, options)]);
  const consumers = app.get(ConsumerService, { strict: false });
  await log('1', 'bad', '3');
  await until('it has stopped', async () => (await consumers.list())[0].status === 'stopped');
  expect(handled).toEqual(['1']);
  await until('the lease is given back', async () => (await consumers.list())[0].holder === null);
  expect((await consumers.list())[0]).toMatchObject({ lastError: 'Error: it is bad', lagEvents: 2, parkedEvents: 0 });
  expect((await consumers.list())[0].next).toEqual({ id: 'bad', projectId: null });
  expect(await consumers.skip('a')).toEqual({ id: 'bad', projectId: null });
  await expect(consumers.skip('a')).rejects.toThrow("Nothing of 'a' fails right now");
  await until('the rest is handled', () => handled.length === 2);
  expect(handled).toEqual(['1', '3']);
});
