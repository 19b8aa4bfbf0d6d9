import { Logger } from '@nestjs/common';
import { dataSourcesOf } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';
import { retentionOf, settled, type Store, stored, storedIds, storeIn, storeInMemory, WITH_CONSUMERS } from './stores.js';

Logger.overrideLogger(false);

const EVENTS = 300;
const RULES = { rules: [{ keepFor: '90d' }] };

/** A store that tells who removed something, in which order. */
function watched(store: Store, who: string, removals: string[]): Store {
  const { eraser } = store;
  const purge = eraser.purge.bind(eraser);
  eraser.purge = (keys) => {
    removals.push(who);
    return purge(keys);
  };
  return store;
}

function defineTests(create: () => Promise<[Store, Store]>): void {
  it('removes on one of two instances at a time', async () => {
    const [one, other] = await create();
    for (let event = 0; event < EVENTS; event++) await stored(one, '2020-01-01T00:00:00.000Z');
    await settled(one);
    const removals: string[] = [];
    const retentions = [retentionOf(watched(one, 'one', removals), RULES), retentionOf(watched(other, 'other', removals), RULES)];
    const reports = await Promise.all(retentions.map((retention) => retention.run()));
    expect(reports.flatMap(({ removed }) => removed.map(({ events }) => events)).reduce((a, b) => a + b, 0)).toBe(EVENTS);
    // The one may have ended before the other looks; they must not have taken turns.
    expect(removals.filter((who, index) => who !== removals[index - 1])).toHaveLength(1);
    expect(await storedIds(one)).toEqual([]);
  });

  it('goes on where an instance was killed, once its beat has stood still', async () => {
    const [one, other] = await create();
    for (let event = 0; event < 5; event++) await stored(one, '2020-01-01T00:00:00.000Z');
    await settled(one);
    await retentionOf(one, RULES).run();
    await stored(one, '2020-01-01T00:00:00.000Z');
    await settled(one);
    const [lease] = await one.consumers.find(['retention/lease']);
    await one.consumers.acquire(lease, 'an instance that was killed');
    expect((await retentionOf(other, RULES).run()).removed.map(({ events }) => events)).toEqual([1]);
  });

  it('leaves an instance alone that lives', async () => {
    const [one, other] = await create();
    await stored(one, '2020-01-01T00:00:00.000Z');
    await retentionOf(one, { rules: [{ keepFor: '100y' }] }).run();
    const [lease] = await one.consumers.find(['retention/lease']);
    await one.consumers.acquire(lease, 'alive');
    const beats = setInterval(() => void one.consumers.beat('alive'), 500);
    const report = await retentionOf(other, RULES)
      .run()
      .finally(() => clearInterval(beats));
    expect(report).toEqual({ removed: [], heldBackBy: [], isUnfinished: true });
    expect(await storedIds(one)).toHaveLength(1);
  });
}

describe('Retention in memory', () =>
  defineTests(async () => {
    const store = storeInMemory();
    return [store, { ...store, eraser: Object.create(store.eraser) as Store['eraser'] }];
  }));

describeEngines('Retention', (engine) => {
  const { shared, another } = dataSourcesOf(engine, WITH_CONSUMERS);
  defineTests(async () => {
    for (const table of ['events', 'consumers', 'parked_events']) await shared().query(`DELETE FROM event_log_${table}`);
    return [await storeIn(shared()), await storeIn(await another({ migrationsRun: false }))];
  });
});
