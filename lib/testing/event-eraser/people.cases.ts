import { randomUUID } from 'node:crypto';
import type { EventRecord, JsonObject, StoredEvent } from '../../events/event.interface.js';
import { storedEvent } from '../../events/stored-event.js';
import { newEvent } from '../event-repository/events.js';
import type { EventEraserCase } from './event-eraser.case.js';

const BY_TIME = 'eventsOf() must give each event of the person once, by createdAt and then by id, from any page to the next.';

/** An event of a person. */
export function eventOf(userProperties: JsonObject, projectId: string | null, createdAt?: string): EventRecord {
  return newEvent({ userProperties, projectId, ...(createdAt !== undefined && { createdAt }) });
}

/** Whose events are found. */
export const PEOPLE: readonly EventEraserCase[] = [
  {
    title: 'finds the events of a person by userId, else by id, in each project apart',
    rule: 'A person must be found by userProperties.userId, else id, as a text, and in one project, or in none, alone.',
    async run({ repository, eraser, expect }) {
      const [userKey, projectId, another] = [randomUUID(), randomUUID(), randomUUID()];
      const own = [eventOf({ userId: userKey }, projectId), eventOf({ id: userKey, plan: 'pro' }, projectId)];
      const others = [
        eventOf({ userId: 'another', id: userKey }, projectId),
        eventOf({ userId: userKey.toUpperCase() }, projectId),
        newEvent({ projectId }),
        eventOf({ userId: userKey }, another),
        eventOf({ userId: userKey }, null),
      ];
      await repository.insert([...own, ...others]);
      const found = await eraser.keysOf({ userKey, projectId }, 10);
      expect(found.map(({ id }) => id).toSorted()).toEqual(own.map(({ id }) => id).toSorted());
      expect(await eraser.countOf({ userKey, projectId })).toBe(2);
      expect(await eraser.countOf({ userKey, projectId: null })).toBe(1);
      const projects = await eraser.projectsOf(userKey);
      expect(projects.map(String).toSorted()).toEqual([another, projectId, 'null'].toSorted());
      expect(await eraser.projectsOf(userKey, { projectId })).toEqual([projectId]);
      expect(await eraser.projectsOf(randomUUID(), { projectId })).toEqual([]);
    },
  },
  {
    title: 'takes a number for its text',
    rule: 'The user 7 and the user "7" must be one person.',
    async run({ repository, eraser, expect }) {
      const projectId = randomUUID();
      await repository.insert([eventOf({ userId: 7 }, projectId), eventOf({ userId: '7' }, projectId)]);
      expect(await eraser.countOf({ userKey: '7', projectId })).toBe(2);
    },
  },
  {
    title: 'finds what was stored up to an end alone, whatever its times say',
    rule: 'With upTo, which end() has given, all that was acknowledged before must be found, and nothing that is stored from then on.',
    async run({ repository, eraser, expect }) {
      const [userKey, projectId, another] = [randomUUID(), randomUUID(), randomUUID()];
      const before = eventOf({ userId: userKey }, projectId, '2026-01-02T00:00:00.000Z');
      await repository.insert([before]);
      const upTo = await eraser.end();
      const later = eventOf({ userId: userKey }, projectId, '2026-01-01T00:00:00.000Z');
      await repository.insert([later, eventOf({ userId: userKey }, another)]);
      const person = { userKey, projectId };
      expect(await eraser.keysOf({ ...person, upTo }, 10)).toEqual([{ id: before.id, projectId }]);
      expect(await eraser.eventsOf({ ...person, upTo }, 10)).toEqual([storedEvent(before)]);
      expect(await eraser.countOf({ ...person, upTo })).toBe(1);
      expect(await eraser.projectsOf(userKey, { upTo })).toEqual([projectId]);
      expect(await eraser.projectsOf(userKey, { projectId: another, upTo })).toEqual([]);
      expect(await eraser.countOf({ ...person, upTo: await eraser.end() })).toBe(2);
    },
  },
  {
    title: 'gives the events of a person whole, in order, page by page',
    rule: BY_TIME,
    async run({ repository, eraser, expect }) {
      const [userKey, projectId] = [randomUUID(), randomUUID()];
      const times = ['2026-01-03T00:00:00.000Z', '2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.000Z'];
      const events = Array.from({ length: 9 }, (_event, index) => eventOf({ userId: userKey }, projectId, times[index % 3]));
      await repository.insert(events);
      const found: StoredEvent[] = [];
      for (let page; (page = await eraser.eventsOf({ userKey, projectId }, 2, found.at(-1))).length > 0;) found.push(...page);
      const sorted = events.map(storedEvent).toSorted((a, b) => (`${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}` ? -1 : 1));
      expect(found).toEqual(sorted);
    },
  },
];
