import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Pace } from '../../lib/retention/pace.js';
import { dataSourcesOf } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { retentionOf, settled, type Store, storedIds, storeIn, WITH_CONSUMERS } from './stores.js';

Logger.overrideLogger(false);

/** The sizes of so many slices, on a store that takes so long for one. */
function sizesOf(slices: number, timeOf: (size: number, slice: number) => number): number[] {
  const pace = new Pace();
  return Array.from({ length: slices }, (_, slice) => {
    const { size } = pace;
    pace.pauseAfter(timeOf(size, slice));
    return size;
  });
}

it('slices begin small, grow no faster than by two, and never have more than 1,000 events', () => {
  expect(sizesOf(6, () => 0)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

it.each([
  ['0.01 ms an event', 0.01, 0],
  ['0.1 ms an event', 0.1, 0],
  ['0.4 ms an event', 0.4, 0],
  ['2 ms a slice and 0.02 ms an event', 0.02, 2],
  ['1 ms a slice and 0.04 ms an event', 0.04, 1],
])('slices take at most 50 ms, and most of them about 2, on a store that takes %s', (_title, perEvent, perSlice) => {
  const timeOf = (size: number) => perSlice + perEvent * size;
  const times = sizesOf(100, timeOf).map(timeOf);
  expect(Math.max(...times)).toBeLessThanOrEqual(50);
  const fastEnough = perEvent * 6 < 1; // else no slice would do 1,000 events a second
  expect(times.slice(-50).every((ms) => ms <= (fastEnough ? Math.max(2.5, perSlice * 2) : timeOf(100)))).toBe(true);
});

it('slices stay within 50 ms where every fifth one is four times as slow, and grow again when none is', () => {
  const slow = sizesOf(100, (size, slice) => 0.05 * size * (slice % 5 === 4 ? 4 : 1));
  expect(slow.slice(20).every((size) => 0.2 * size <= 50)).toBe(true);
  const once = sizesOf(100, (size, slice) => (slice === 50 ? 1_000 : 0.01 * size));
  expect([once[49], once[51], once[99]]).toEqual([200, 100, 200]);
});

it('slices have 100 events where the store is slow whatever their number, so that what is over goes', () => {
  expect(sizesOf(50, () => 200)).toEqual(Array.from({ length: 50 }, () => 100));
});

it('pauses are five times as long as slices, from 5 ms to a second', () => {
  expect([0, 10, 100, 10_000].map((ms) => new Pace().pauseAfter(ms))).toEqual([5, 50, 500, 1_000]);
});

describeEngines('Slices', (engine) => {
  const { shared } = dataSourcesOf(engine, WITH_CONSUMERS);

  /** The store with purges that take so many milliseconds more for each event; tells how many each had. */
  function slowed(store: Store, perEvent: number): [Store, number[]] {
    const sizes: number[] = [];
    const eraser = Object.create(store.eraser) as Store['eraser'];
    eraser.purge = async (keys) => {
      sizes.push(keys.length);
      await delay(perEvent * keys.length);
      return store.eraser.purge(keys);
    };
    return [{ ...store, eraser }, sizes];
  }

  it('follow what the store takes for an event', async () => {
    const store = await storeIn(shared());
    await store.repository.insert(Array.from({ length: 900 }, () => newRecord({ receivedAt: '2020-01-01T00:00:00.000Z' })));
    const kept = newRecord({ receivedAt: new Date().toISOString() });
    await store.repository.insert([kept]);
    await settled(store);
    const [slow, sizes] = slowed(store, 0.2);
    await retentionOf(slow, { rules: [{ keepFor: '90d' }] }).run();
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(900);
    // 50 ms are 250 events.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(250);
    expect(await storedIds(store)).toEqual([kept.id]);
  });
});
