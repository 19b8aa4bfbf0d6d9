import { randomUUID } from 'node:crypto';
import type { EventRepositoryCase } from './event-repository.case.js';
import { newEvent } from './events.js';
import { expectKept, expectStored } from './expectations.js';
import { ALIKE } from './samples.js';

export const IDENTITY: readonly EventRepositoryCase[] = [
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
