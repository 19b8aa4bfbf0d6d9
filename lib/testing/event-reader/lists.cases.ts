import { randomUUID } from 'node:crypto';
import type { EventRecord } from '../../events/event.interface.js';
import { serializeEvent } from '../../events/serialize-event.js';
import { storedEvent } from '../../events/stored-event.js';
import type { EventListing, EventPage, Keyset } from '../../storage/reading/event-query.interface.js';
import { eventAbout, newEvent, ownEvent, searchEvent } from '../event-repository/events.js';
import { isSameJson } from '../same-json.js';
import type { EventReaderCase } from './event-reader.case.js';
import { ALL, isIn, OPTIONS, store, that } from './questions.js';

/** What is on the pages of an integration, in order. */
async function onPages<T>(
  read: (listing: EventListing) => Promise<EventPage<T>>,
  integrationId: string,
  limit: number,
): Promise<T[]> {
  const events: T[] = [];
  for (let after: Keyset | null | undefined; after !== null;) {
    const page: EventPage<T> = await read({ scope: { integrationId }, where: ALL, limit, after });
    events.push(...page.events);
    after = page.next;
  }
  return events;
}

/** All that JSON writes in another way, and what stands beside it. */
const EVERY_ESCAPE = `${Array.from({ length: 0x7f }, (_, index) => String.fromCharCode(index + 1)).join('')}\u2028\u2029\uFFFF😀`;

/** Down to the order of keys. */
function jsonOf({ properties, userProperties, fields }: Pick<EventRecord, 'properties' | 'userProperties' | 'fields'>): string {
  return JSON.stringify([properties, userProperties, fields]);
}

export const LIST_CASES: readonly EventReaderCase[] = [
  {
    title: 'lists the newest first, and those of one time by id and by project',
    rule: 'Events must be listed by time, id and project, all descending, by code point, with no project last.',
    async run(fixture) {
      const integrationId = randomUUID();
      const [first, last] = ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'];
      const at = '2026-01-01T00:00:00.000Z';
      const inOrder: readonly (readonly [createdAt: string, id: string, projectId: string | null])[] = [
        [last, 'x', 'p'],
        ['2026-01-01T00:00:00.001Z', 'a', 'p'],
        [at, '😀', 'p'],
        [at, '\uFFFD', 'p'],
        [at, 'é', 'p'],
        [at, 'e\u0301', 'p'],
        [at, 'b', 'q'],
        [at, 'b', 'p '],
        [at, 'b', 'p'],
        [at, 'b', 'P'],
        [at, 'b', ''],
        [at, 'b', null],
        [at, 'a ', 'p'],
        [at, 'a', null],
        [at, 'B', 'z'],
        ['1969-12-31T23:59:59.999Z', 'z', 'p'],
        [first, 'y', 'p'],
        [first, 'w', 'p'],
      ];
      // Projects of their own, as other tests use these ids; what goes before them leaves their order as it is.
      const events = inOrder.map(([createdAt, id, projectId]) =>
        newEvent({ createdAt, id, projectId: projectId && integrationId + projectId, integrationId }),
      );
      const unordered = events.map((event, index) => events[(index * 7) % events.length] ?? event);
      await store(fixture, unordered);
      const { reader } = fixture;
      for (const limit of [1, 5, 100]) {
        const found = await onPages((listing) => reader.list(listing, OPTIONS), integrationId, limit);
        fixture
          .expect(await onPages((listing) => reader.lines(listing, OPTIONS), integrationId, limit))
          .toEqual(found.map(serializeEvent));
        fixture
          .expect(found.map(({ createdAt, id, projectId }) => [createdAt, id, projectId]))
          .toEqual(events.map(({ createdAt, id, projectId }) => [createdAt, id, projectId]));
      }
    },
  },
  {
    title: 'answers events as they are stored',
    rule: 'An event must be answered whole, without its digest and the time when it was received.',
    async run(fixture) {
      const projectId = randomUUID();
      const odd = JSON.parse('{"__proto__":{"a":1},"constructor":2,"b":[1e21,null,{}],"":{"é":"😀"},"10":1,"9":2}') as object;
      const events = [
        newEvent({ projectId, properties: odd, userProperties: odd }),
        newEvent({ projectId, properties: {}, userProperties: null, integrationId: null }),
        newEvent({ projectId, createdAt: '0001-01-01T00:00:00.000Z' }),
        newEvent({ projectId, createdAt: '9999-12-31T23:59:59.999Z' }),
        { ...searchEvent(' a search '), projectId },
        { ...searchEvent(EVERY_ESCAPE), projectId, integrationId: EVERY_ESCAPE },
        { ...ownEvent({ total: 1.5, nested: { list: [null] } }), projectId },
        { ...ownEvent({}), projectId },
        { ...eventAbout({ entityType: 'conversation', conversationId: 'c' }), projectId },
      ];
      await store(fixture, events);
      for (const event of events) {
        const where = that('id', isIn(event.id));
        const [found] = await fixture.reader.find(event.id, { projectId }, OPTIONS);
        const { events: page } = await fixture.reader.list({ scope: { projectId }, where, limit: 2 }, OPTIONS);
        const lines = await fixture.reader.lines({ scope: { projectId }, where, limit: 2 }, OPTIONS);
        fixture.expect(lines.events).toEqual([serializeEvent(storedEvent(event))]);
        for (const answer of [found, ...page]) {
          fixture.expect(isSameJson(answer, storedEvent(event))).toBe(true);
          fixture.expect(jsonOf(answer)).toBe(jsonOf(event));
        }
        fixture.expect(page.length).toBe(1);
      }
    },
  },
  {
    title: 'finds the events of several projects with one id',
    rule: 'Each event of the scope with an id must be found, compared byte by byte.',
    async run({ expect, ...fixture }) {
      const [id, one, other] = [randomUUID(), randomUUID(), randomUUID()];
      const projects = [one, other, null];
      await store(
        { expect, ...fixture },
        projects.map((projectId) => newEvent({ id, projectId })),
      );
      await store({ expect, ...fixture }, [
        newEvent({ id: id.toUpperCase(), projectId: one }),
        newEvent({ id: `${id} `, projectId: one }),
      ]);
      const projectsOf = async (scope: object) =>
        (await fixture.reader.find(id, scope, OPTIONS)).map(({ projectId }) => String(projectId)).sort();
      expect(await projectsOf({})).toEqual(projects.map(String).sort());
      expect(await projectsOf({ projectId: one })).toEqual([one]);
      expect(await projectsOf({ projectId: null })).toEqual(['null']);
      expect(await projectsOf({ projectId: randomUUID() })).toEqual([]);
      expect(await projectsOf({ projectId: one, entityTypes: ['search'] })).toEqual([]);
      expect(await fixture.reader.find(randomUUID(), { projectId: one }, OPTIONS)).toEqual([]);
    },
  },
];
