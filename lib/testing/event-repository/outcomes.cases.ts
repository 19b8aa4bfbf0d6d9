import { randomUUID } from 'node:crypto';
import type { Durability } from '../../storage/durability.interface.js';
import type { EventRepositoryCase } from './event-repository.case.js';
import { changed, newEvent, sentAgain } from './events.js';
import { CONFLICT, expectKept, expectStored, insert, replayOf, STORED } from './expectations.js';

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
    title: 'stores a new event',
    rule: 'An event whose id is new in its project must be stored, with the outcome { replayed: false }.',
    async run(fixture) {
      await expectKept(fixture, [newEvent()]);
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
    title: 'resolves to one outcome an event, in order, for new, old and other events mixed',
    rule: 'insert() must resolve to one outcome for each event, in the order of the events.',
    async run(fixture) {
      const projectId = randomUUID();
      const [a, b, c, d, e] = ['m', 'z', 'a', 'k', 'b'].map((id) => newEvent({ projectId, id }));
      await insert(fixture, [b, d]);
      const batch = [a, sentAgain(b), c, changed(d, { type: 'another' }), e];
      fixture.expect(await insert(fixture, batch)).toEqual([STORED, replayOf(b), STORED, CONFLICT, STORED]);
      await expectStored(fixture, [a, b, c, d, e]);
    },
  },
  {
    title: 'stores 1,000 events of one batch',
    rule: 'insert() must take batches of 1,000 events, which is what the writer sends at most.',
    async run(fixture) {
      await expectKept(
        fixture,
        Array.from({ length: 1_000 }, () => newEvent()),
      );
    },
  },
];
