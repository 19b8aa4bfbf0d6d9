import { randomUUID } from 'node:crypto';
import type { ContractCase } from '../contract-case.js';
import { newEvent } from '../event-repository/events.js';
import { insertPatiently } from '../event-repository/insert-patiently.js';
import { type EventEraserFixture, idsKept, idsOf } from './event-eraser.case.js';
import { eventOf } from './people.cases.js';

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
    title: 'gives an end that says of each event on its way whether it comes before',
    rule: 'Once end() has resolved, no insert that began before may still come to stand before it.',
    async run({ repository, another, expect }) {
      const [userKey, projectId] = [randomUUID(), randomUUID()];
      const inserts: Promise<unknown>[] = [];
      const insertSome = (count: number) => {
        for (let made = 0; made < count; made++)
          inserts.push(insertPatiently(repository, [eventOf({ userId: userKey }, projectId)]));
      };
      insertSome(10);
      await inserts[0];
      for (let round = 0; round < 10; round++) {
        insertSome(5);
        const upTo = await another.eraser.end();
        const found = await another.eraser.countOf({ userKey, projectId, upTo });
        insertSome(5);
        await Promise.all(inserts);
        expect(found > 0).toBe(true);
        expect(await another.eraser.countOf({ userKey, projectId, upTo })).toBe(found);
      }
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
