import type { EventRepository } from '../../storage/event.repository.js';
import type { ContractCase } from '../contract-case.js';
import type { EventRepositoryFixture } from './event-repository.case.js';
import { changed, newEvent, sentAgain } from './events.js';
import { CONFLICT, insert, replayOf, STORED } from './expectations.js';
import { insertPatiently } from './insert-patiently.js';

export interface TwoInstancesFixture extends EventRepositoryFixture {
  readonly another: EventRepository;
}

/** For stores that several processes share. */
export const INSTANCES: readonly ContractCase<TwoInstancesFixture>[] = [
  {
    title: 'replays an event that another instance has stored',
    rule: "Two instances over one store must see each other's events: what one has acknowledged, the other must replay.",
    async run(first) {
      const { expect } = first;
      const second = { expect, repository: first.another };
      const event = newEvent();
      expect(await insert(first, [event])).toEqual([STORED]);
      const other = changed(event, { type: 'another' });
      expect(await insert(second, [sentAgain(event)])).toEqual([replayOf(event)]);
      expect(await insert(second, [other])).toEqual([CONFLICT]);
    },
  },
  {
    title: 'stores each event once when two instances race',
    rule: 'Of two events with one id that two instances insert at once, exactly one must be stored, and the other be a conflict.',
    async run({ repository, another, expect }) {
      const events = Array.from({ length: 50 }, () => newEvent());
      const insertAll = (instance: EventRepository, type: string) =>
        Promise.all(events.map((event) => insertPatiently(instance, [changed(event, { type })])));
      const [ours, theirs] = await Promise.all([insertAll(repository, 'ours'), insertAll(another, 'theirs')]);
      events.forEach((_event, index) => {
        const isStored = [ours, theirs].map((outcomes) => 'replayed' in outcomes[index][0]);
        expect(isStored.filter(Boolean).length).toBe(1);
      });
    },
  },
];
