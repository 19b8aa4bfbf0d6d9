import { randomUUID } from 'node:crypto';
import { isSameJson } from '../same-json.js';
import type { EventRepositoryCase } from './event-repository.case.js';
import { newEvent } from './events.js';
import { insertPatiently } from './insert-patiently.js';

export const RACES: readonly EventRepositoryCase[] = [
  {
    title: 'stores one of many events with the same id that race, and resolves all to it',
    rule: 'Of events with one id that are inserted at once, exactly one must be stored: let the store decide, do not look first.',
    async run({ repository, expect }) {
      const [id, projectId] = [randomUUID(), randomUUID()];
      const racers = Array.from({ length: 30 }, (_, n) => newEvent({ id, projectId, type: `racer ${n}` }));
      const outcomes = (await Promise.all(racers.map((event) => insertPatiently(repository, [event])))).flat();
      expect(outcomes.filter(({ replayed }) => !replayed).length).toBe(1);
      const winner = outcomes.find(({ replayed }) => !replayed)!.event;
      expect(racers.filter((racer) => isSameJson(winner, racer)).length).toBe(1);
      for (const { event } of outcomes) expect(event).toEqual(winner);
    },
  },
  {
    title: 'stores each event once when batches with the same ids in different orders race',
    rule: 'Batches that hold the same ids in different orders must not keep each other from being stored: lock rows in one order.',
    async run({ repository, expect }) {
      const projectId = randomUUID();
      const ids = Array.from({ length: 40 }, () => randomUUID());
      const batches = Array.from({ length: 12 }, (_, n) => {
        const order = [...ids.slice(n * 3), ...ids.slice(0, n * 3)];
        return (n % 2 ? order : order.reverse()).map((id) => newEvent({ id, projectId, type: `batch ${n}` }));
      });
      const outcomes = (await Promise.all(batches.map((batch) => insertPatiently(repository, batch)))).flat();
      expect(outcomes.filter(({ replayed }) => !replayed).length).toBe(ids.length);
      for (const id of ids) {
        const seen = outcomes.map(({ event }) => event).filter((event) => event.id === id);
        expect(seen.length).toBe(batches.length);
        for (const event of seen) expect(event).toEqual(seen[0]);
      }
    },
  },
];
