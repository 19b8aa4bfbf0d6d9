import { randomUUID } from 'node:crypto';
import type { EventRepositoryCase } from './event-repository.case.js';
import { LATER, newEvent, searchEvent } from './events.js';
import { expectKept, expectStored } from './expectations.js';
import { ALIKE } from './samples.js';

const FIRST_WINS =
  'An id that comes again in its project must leave the first event as it is, and resolve to it with `replayed: true`.';

export const IDENTITY: readonly EventRepositoryCase[] = [
  {
    title: 'resolves to the first event, unchanged, when its id comes again',
    rule: FIRST_WINS,
    async run({ repository, expect }) {
      const event = newEvent({ properties: { first: true } });
      const again = newEvent({
        id: event.id,
        projectId: event.projectId,
        type: 'another',
        createdAt: LATER,
        integrationId: 'another',
        properties: { first: false },
        userProperties: null,
        receivedAt: LATER,
      });
      await repository.insert([event]);
      expect(await repository.insert([again])).toEqual([{ event, replayed: true }]);
      expect(await repository.insert([again])).toEqual([{ event, replayed: true }]);
    },
  },
  {
    title: 'keeps the first of two events with one id, also when they are about different entities',
    rule: FIRST_WINS,
    async run({ repository, expect }) {
      const event = newEvent();
      const again = { ...searchEvent('text'), id: event.id, projectId: event.projectId };
      expect([...(await repository.insert([event])), ...(await repository.insert([again]))]).toEqual([
        { event, replayed: false },
        { event, replayed: true },
      ]);
    },
  },
  {
    title: 'stores the first of events with the same id in one batch and replays it for the others',
    rule: 'Where one batch has an id more than once, the first must be stored and the others must resolve to it as replays.',
    async run(fixture) {
      const first = newEvent({ type: 'first' });
      const other = newEvent();
      const again = (type: string) => ({ ...first, type, receivedAt: LATER });
      fixture.expect(await fixture.repository.insert([first, again('second'), other, again('third')])).toEqual([
        { event: first, replayed: false },
        { event: first, replayed: true },
        { event: other, replayed: false },
        { event: first, replayed: true },
      ]);
      await expectStored(fixture, [first, other]);
    },
  },
  {
    title: 'takes the same id in another project, in none and in one without a name for other events',
    rule: 'An id must be unique within its project alone; no project (null) is a project too, and not the one named "".',
    async run(fixture) {
      const id = randomUUID();
      const projects = [randomUUID(), null, randomUUID(), '', 'null', '='];
      const events = projects.map((projectId) => newEvent({ id, projectId, type: `of ${projectId}` }));
      await expectKept(fixture, events.slice(0, 3));
      await expectKept(fixture, events.slice(3));
      await expectStored(fixture, events);
    },
  },
  {
    title: 'tells ids apart byte by byte',
    rule: 'Ids must be compared byte by byte: case, accents, trailing spaces and the 255th character count.',
    async run(fixture) {
      const projectId = randomUUID();
      const events = ALIKE.map((id) => newEvent({ projectId, id }));
      await expectKept(fixture, events);
      for (const event of events) await expectKept(fixture, [{ ...event, projectId: `${projectId}-one-by-one` }]);
    },
  },
  {
    title: 'tells projects apart byte by byte',
    rule: 'Projects must be compared byte by byte, or one tenant sees and blocks the ids of another.',
    async run(fixture) {
      const id = randomUUID();
      await expectKept(
        fixture,
        ALIKE.map((projectId) => newEvent({ projectId, id })),
      );
    },
  },
];
