import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RetentionReport, RetentionRule } from 'nestjs-event-log/retention';
import { dataSourcesOf } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { retentionOf, settled, type Store, stored, storedIds, storeIn, storeInMemory, WITH_CONSUMERS } from './stores.js';

Logger.overrideLogger(false);

const RULES: RetentionRule[] = [
  { keepFor: '90d' },
  { entityType: 'search', keepFor: '30d' },
  { projectId: 'p1', keepFor: '2y' },
  { projectId: 'p1', entityType: 'search', keepFor: '12w' },
  { projectId: null, keepFor: '1y' },
];
const SEARCH = { entityType: 'search', searchQuery: 'q', messageId: undefined } as object;

/** Only the date is another: whatever waits goes on waiting by the clock. */
function itIs(now: string): void {
  const doNotFake = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
  const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
  jest.useFakeTimers({ now: new Date(now), doNotFake: [...doNotFake, ...timers] });
}

const countsOf = ({ removed }: RetentionReport) => removed.map(({ events }) => events);

function defineTests(create: () => Promise<Store> | Store): void {
  let store: Store;
  beforeEach(async () => {
    store = await create();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('keeps each event for as long as the most specific rule says, over two years with a leap day', async () => {
    const at = '2028-02-29T12:00:00.000Z';
    const dues: Record<string, [string, string]> = {
      [await stored(store, at)]: ['2028-05-29T12:00:00.000Z', 'all: 90 days'],
      [await stored(store, at, SEARCH)]: ['2028-03-30T12:00:00.000Z', 'searches: 30 days'],
      [await stored(store, at, { projectId: 'p1' })]: ['2030-03-01T00:00:00.000Z', 'p1: 2 years'],
      [await stored(store, at, { ...SEARCH, projectId: 'p1' })]: ['2028-05-23T12:00:00.000Z', 'searches of p1: 12 weeks'],
      [await stored(store, at, { projectId: null })]: ['2029-03-01T00:00:00.000Z', 'no project: a year'],
      [await stored(store, at, { ...SEARCH, projectId: null })]: ['2029-03-01T00:00:00.000Z', 'a project before a type'],
    };
    const young = await stored(store, '2030-02-28T00:00:00.000Z');
    const retention = retentionOf(store, { rules: RULES });
    const moments = [...new Set(Object.values(dues).map(([due]) => due))].toSorted();
    for (const moment of moments) {
      const before = new Date(Date.parse(moment) - 1).toISOString();
      for (const now of [before, moment]) {
        itIs(now);
        const expected = Object.keys(dues).filter((id) => dues[id][0] > now || (now === before && dues[id][0] === now));
        expect((await retention.run()).isUnfinished).toBe(false);
        expect((await storedIds(store)).toSorted()).toEqual([...expected, young].toSorted());
      }
    }
  });

  it('keeps events without a rule for ever, and passes them for those that follow', async () => {
    const [kept, gone] = [
      await stored(store, '2020-01-01T00:00:00.000Z'),
      await stored(store, '2020-01-02T00:00:00.000Z', SEARCH),
    ];
    await settled(store);
    const report = await retentionOf(store, { rules: [{ entityType: 'search', keepFor: '30d' }] }).run();
    expect(countsOf(report)).toEqual([1]);
    const ids = await storedIds(store);
    expect([ids.includes(kept), ids.includes(gone)]).toEqual([true, false]);
  });

  it('counts before a rule is changed what it would remove, and removes as many then', async () => {
    itIs('2029-06-01T00:00:00.000Z');
    for (let month = 1; month <= 12; month++) {
      await stored(store, `2028-${String(month).padStart(2, '0')}-15T00:00:00.000Z`, { projectId: 'p1' });
    }
    await settled(store);
    expect(countsOf(await retentionOf(store, { rules: [{ keepFor: '2y' }] }).run())).toEqual([0]);
    const changed = retentionOf(store, { rules: [{ keepFor: '30d' }] });
    const before = await storedIds(store);
    expect(countsOf(await changed.preview())).toEqual([12]);
    expect(await storedIds(store)).toEqual(before);
    expect(countsOf(await changed.run())).toEqual([12]);
    expect(countsOf(await changed.preview())).toEqual([0]);
    expect(await storedIds(store)).toEqual([]);
  });

  it('begins anew where rules have changed, also with what was passed before', async () => {
    const old = await stored(store, '2020-01-01T00:00:00.000Z');
    await settled(store);
    await retentionOf(store, { rules: [{ keepFor: '30d' }, { projectId: 'p', keepFor: '100y' }] }).run();
    expect(await storedIds(store)).toEqual([old]);
    expect(countsOf(await retentionOf(store, { rules: [{ keepFor: '30d' }] }).run())).toEqual([1]);
    const names = (await store.consumers.find()).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('retention/walk/'))).toHaveLength(1);
  });

  it('removes nothing that a consumer has not handled, says which one, and goes on once it has', async () => {
    const ids = [];
    for (let day = 1; day <= 4; day++) ids.push(await stored(store, `2020-01-0${day}T00:00:00.000Z`));
    await settled(store);
    const after = await store.feed.read(await store.feed.start('beginning'), 2);
    await store.consumers.create('slow', after.position);
    await store.consumers.change('slow', { status: 'paused' });
    await store.consumers.create('fast', await store.feed.start('now'));
    const retention = retentionOf(store, { rules: [{ keepFor: '90d' }] });
    const held = await retention.run();
    expect([countsOf(held), held.heldBackBy]).toEqual([[2], ['slow']]);
    expect(await storedIds(store)).toEqual(ids.slice(2));
    await store.consumers.change('slow', { position: await store.feed.start('now') });
    const report = await retention.run();
    expect([countsOf(report), report.heldBackBy]).toEqual([[2], []]);
  });

  it('counts a parked event as one that was not handled', async () => {
    const ids = [await stored(store, '2020-01-01T00:00:00.000Z'), await stored(store, '2020-01-02T00:00:00.000Z')];
    await settled(store);
    const beginning = await store.feed.start('beginning');
    const [first, second] = (await store.feed.read(beginning, 2)).records;
    await store.consumers.create('c', second.position);
    const lease = (await store.consumers.acquire((await store.consumers.find(['c']))[0], 'h'))!;
    const failed = { attempts: 5, error: 'Error: refused', parkedAt: '2020-01-02T00:00:00.000Z' };
    const parked = { consumer: 'c', position: second.position, after: first.position, id: ids[1], projectId: 'p', ...failed };
    await store.consumers.park(lease, parked);
    const retention = retentionOf(store, { rules: [{ keepFor: '90d' }] });
    expect((await retention.run()).heldBackBy).toEqual(['c']);
    expect(await storedIds(store)).toEqual([ids[1]]);
    await store.consumers.unpark('c', second.position);
    expect(countsOf(await retention.run())).toEqual([1]);
  });

  it('removes what consumers have not handled where it is told to', async () => {
    await stored(store, '2020-01-01T00:00:00.000Z');
    await settled(store);
    await store.consumers.create('slow', await store.feed.start('beginning'));
    const report = await retentionOf(store, { rules: [{ keepFor: '90d' }], ignoreConsumers: true }).run();
    expect([countsOf(report), report.heldBackBy]).toEqual([[1], []]);
  });

  it('holds everything back for a consumer whose position is none of the feed', async () => {
    await stored(store, '2020-01-01T00:00:00.000Z');
    await settled(store);
    await store.consumers.create('of another log', 'nowhere');
    expect((await retentionOf(store, { rules: [{ keepFor: '90d' }] }).run()).heldBackBy).toEqual(['of another log']);
    expect(await storedIds(store)).toHaveLength(1);
  });

  it('removes thousands slice by slice, none younger, and can be stopped between two', async () => {
    const records = 2_500;
    for (let done = 0; done < records; done += 250) {
      await Promise.all(Array.from({ length: 250 }, () => stored(store, '2020-01-01T00:00:00.000Z', { projectId: 'many' })));
    }
    const young = await stored(store, new Date().toISOString());
    await settled(store);
    const stop = new AbortController();
    const eraser = Object.create(store.eraser) as Store['eraser'];
    eraser.purge = (keys) => {
      stop.abort();
      return store.eraser.purge(keys);
    };
    const rules = [{ keepFor: '90d' }];
    const first = await retentionOf({ ...store, eraser }, { rules }).run(stop.signal);
    const second = await retentionOf(store, { rules }).run();
    expect([first.isUnfinished, countsOf(first)[0]]).toEqual([true, 100]);
    expect(second.isUnfinished).toBe(false);
    expect(countsOf(first)[0] + countsOf(second)[0]).toBe(records);
    expect(await storedIds(store)).toEqual([young]);
  });
}

describe('Retention in memory', () => defineTests(storeInMemory));

describeEngines('Retention', (engine) => {
  const { shared } = dataSourcesOf(engine, WITH_CONSUMERS);
  defineTests(async () => {
    for (const table of ['events', 'consumers', 'parked_events']) await shared().query(`DELETE FROM event_log_${table}`);
    return storeIn(shared());
  });
});
