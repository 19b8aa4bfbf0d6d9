import { randomUUID } from 'node:crypto';
import type { EventRepository } from '../../storage/event.repository.js';
import type { ContractCase } from '../contract-case.js';
import type { EventRepositoryFixture } from './event-repository.case.js';
import { newEvent } from './events.js';
import { insertPatiently } from './insert-patiently.js';

export interface TwoInstancesFixture extends EventRepositoryFixture {
  readonly another: EventRepository;
}

/** For stores that several processes share. */
export const INSTANCES: readonly ContractCase<TwoInstancesFixture>[] = [
  {
    title: 'replays an event that another instance has stored',
    rule: "Two instances over one store must see each other's events: what one has acknowledged, the other must replay.",
    async run({ repository, another, expect }) {
      const event = newEvent();
      expect(await repository.insert([event])).toEqual([{ event, replayed: false }]);
      expect(await another.insert([{ ...event, type: 'another' }])).toEqual([{ event, replayed: true }]);
    },
  },
  {
    title: 'stores each event once when two instances race',
    rule: 'Of events with one id that two instances insert at once, exactly one must be stored, and both must resolve to it.',
    async run({ repository, another, expect }) {
      const projectId = randomUUID();
      const ids = Array.from({ length: 50 }, () => randomUUID());
      const insertAll = (instance: EventRepository, type: string) =>
        Promise.all(ids.map((id) => insertPatiently(instance, [newEvent({ id, projectId, type })])));
      const [ours, theirs] = await Promise.all([insertAll(repository, 'ours'), insertAll(another, 'theirs')]);
      ids.forEach((_id, index) => {
        const [[a], [b]] = [ours[index], theirs[index]];
        expect([a.replayed, b.replayed].filter((replayed) => !replayed).length).toBe(1);
        expect(a.event).toEqual(b.event);
      });
    },
  },
];
