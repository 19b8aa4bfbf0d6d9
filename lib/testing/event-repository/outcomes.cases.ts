import { randomUUID } from 'node:crypto';
import type { Durability } from '../../storage/durability.interface.js';
import type { EventRepositoryCase } from './event-repository.case.js';
import { newEvent } from './events.js';
import { expectKept, expectStored } from './expectations.js';

const SURVIVES: readonly Durability['survives'][] = ['power cut', 'database crash', 'process crash', 'nothing', 'unknown'];

export const OUTCOMES: readonly EventRepositoryCase[] = [
  {
    title: 'states what an event survives, if it states anything',
    rule: 'durability(), where there is one, must resolve to { survives, because } with one of the known values and a reason.',
    async run({ repository, expect }) {
      const { survives, because } = (await repository.durability?.()) ?? { survives: 'unknown', because: 'nothing is stated' };
      expect(SURVIVES.includes(survives)).toBe(true);
      expect(typeof because === 'string' && because !== '').toBe(true);
    },
  },
  {
    title: 'stores a new event and resolves to it',
    rule: 'An event whose id is new in its project must be stored, and be the outcome with `replayed: false`.',
    async run(fixture) {
      const event = newEvent();
      fixture.expect(await fixture.repository.insert([event])).toEqual([{ event, replayed: false }]);
      await expectStored(fixture, [event]);
    },
  },
  {
    title: 'resolves to nothing for an empty batch',
    rule: 'insert([]) must resolve to [].',
    async run({ repository, expect }) {
      expect(await repository.insert([])).toEqual([]);
    },
  },
  {
    title: 'resolves to one outcome an event, in order, for new and old events mixed',
    rule: 'insert() must resolve to one outcome for each event, in the order of the events.',
    async run(fixture) {
      const projectId = randomUUID();
      const [a, b, c, d, e] = ['m', 'z', 'a', 'k', 'b'].map((id) => newEvent({ projectId, id }));
      await fixture.repository.insert([b, d]);
      const batch = [a, { ...b, type: 'another' }, c, { ...d, type: 'another' }, e];
      fixture.expect(await fixture.repository.insert(batch)).toEqual([
        { event: a, replayed: false },
        { event: b, replayed: true },
        { event: c, replayed: false },
        { event: d, replayed: true },
        { event: e, replayed: false },
      ]);
      await expectStored(fixture, [a, b, c, d, e]);
    },
  },
  {
    title: 'stores 1,000 events of one batch and resolves to them in order',
    rule: 'insert() must take batches of 1,000 events, which is what the writer sends at most.',
    async run(fixture) {
      await expectKept(
        fixture,
        Array.from({ length: 1_000 }, () => newEvent()),
      );
    },
  },
];
