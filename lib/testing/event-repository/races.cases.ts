import { randomUUID } from 'node:crypto';
import type { EventRepositoryCase } from './event-repository.case.js';
import { changed, newEvent } from './events.js';
import { CONFLICT, expectStored, plain, replayOf, STORED } from './expectations.js';
import { insertPatiently } from './insert-patiently.js';

export const RACES: readonly EventRepositoryCase[] = [
  {
    title: 'stores one of many events with the same id that race, and none of the others',
    rule: 'Of different events with one id that are inserted at once, one must be stored and all others be conflicts: let the store decide, do not look first.',
    async run({ repository, expect }) {
      const event = newEvent();
      const racers = Array.from({ length: 30 }, (_, n) => changed(event, { type: `racer ${n}` }));
      const outcomes = (await Promise.all(racers.map((racer) => insertPatiently(repository, [racer])))).flat().map(plain);
      const winner = outcomes.findIndex((outcome) => 'replayed' in outcome);
      expect(outcomes).toEqual(racers.map((_racer, n) => (n === winner ? STORED : CONFLICT)));
      await expectStored({ repository, expect }, [racers[winner]]);
    },
  },
  {
    title: 'stores one of many equal events that race, and replays it for the others',
    rule: 'Of an event that is inserted many times at once, one insert must store it and all others be replays with its time.',
    async run({ repository, expect }) {
      const event = newEvent();
      const inserts = Array.from({ length: 30 }, () => insertPatiently(repository, [event]));
      const outcomes = (await Promise.all(inserts)).flat().map(plain);
      expect(outcomes.filter((outcome) => 'replayed' in outcome && !outcome.replayed).length).toBe(1);
      expect(outcomes.filter((outcome) => JSON.stringify(outcome) === JSON.stringify(replayOf(event))).length).toBe(29);
    },
  },
  {
    title: 'stores each event once when batches with the same ids in different orders race',
    rule: 'Batches that hold the same ids in different orders must not keep each other from being stored: lock rows in one order.',
    async run({ repository, expect }) {
      const projectId = randomUUID();
      const events = Array.from({ length: 40 }, () => newEvent({ projectId }));
      const batches = Array.from({ length: 12 }, (_, n) => {
        const order = [...events.slice(n * 3), ...events.slice(0, n * 3)];
        return n % 2 ? order : order.reverse();
      });
      const outcomes = (await Promise.all(batches.map((batch) => insertPatiently(repository, batch)))).flat().map(plain);
      expect(outcomes.filter((outcome) => 'replayed' in outcome && !outcome.replayed).length).toBe(events.length);
      expect(outcomes.some((outcome) => 'conflict' in outcome)).toBe(false);
      await expectStored({ repository, expect }, events);
    },
  },
];
