import type { ContractCase } from '../contract-case.js';
import { newEvent } from '../event-repository/events.js';
import { insertPatiently } from '../event-repository/insert-patiently.js';
import { type EventEraserFixture, idsKept, idsOf } from './event-eraser.case.js';

export interface TwoErasersFixture extends EventEraserFixture {
  readonly another: Pick<EventEraserFixture, 'repository' | 'eraser'>;
}

/** For stores that several processes share. */
export const ERASERS: readonly ContractCase<TwoErasersFixture>[] = [
  {
    title: 'counts each event once where two instances remove it at once',
    rule: 'Of two instances that remove the same event, one must count it.',
    async run({ repository, eraser, another, expect }) {
      const events = Array.from({ length: 100 }, () => newEvent());
      await repository.insert(events);
      const counts = await Promise.all([eraser.purge(events), another.eraser.purge(events.toReversed())]);
      expect(counts[0] + counts[1]).toBe(events.length);
    },
  },
  {
    title: 'removes nothing of what is stored meanwhile',
    rule: 'While events are removed, others must be stored as ever.',
    async run(fixture) {
      const { repository, another, expect } = fixture;
      const { projectId } = newEvent();
      const [old, others] = [1, 2].map(() => Array.from({ length: 200 }, () => newEvent({ projectId })));
      await repository.insert(old);
      const slices = Array.from({ length: 10 }, (_slice, index) => old.slice(index * 20, index * 20 + 20));
      const outcomes = await Promise.all([
        ...others.map((event) => insertPatiently(repository, [event])),
        ...slices.map(async (slice) => {
          await another.eraser.purge(slice);
          return [];
        }),
      ]);
      expect(outcomes.flat()).toEqual(others.map(() => ({ replayed: false })));
      expect(await idsKept(fixture, others)).toEqual(idsOf(others));
    },
  },
];
