import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EntityReference, EventRecord, JsonObject, JsonValue } from '../../events/event.interface.js';
import type { Durability } from '../../storage/durability.interface.js';
import type { EventRepository } from '../../storage/event.repository.js';

/** What is used of a test runner: that of Jest, Vitest, or one of your own. */
export interface TestRunner {
  describe(name: string, define: () => void): void;
  it(name: string, run: () => Promise<void>): void;
  expect(actual: unknown): { toBe(expected: unknown): void; toEqual(expected: unknown): void };
}

/**
 * Defines the tests that any `EventRepository` must pass. `create` is called for each of them and resolves to a
 * repository that is ready; all may use the same database, as every test writes to projects of its own.
 */
export function describeEventRepository(
  name: string,
  create: () => EventRepository | Promise<EventRepository>,
  { describe, it, expect }: TestRunner = globalThis as unknown as TestRunner,
): void {
  const test = (title: string, run: (repository: EventRepository) => Promise<void>) => it(title, async () => run(await create()));

  /** Each event is in the store as it is given: another one with its id is answered with it. */
  const expectStored = async (repository: EventRepository, events: EventRecord[]) => {
    const outcomes = await repository.insert(events.map((event) => ({ ...event, type: 'another', receivedAt: LATER })));
    expect(outcomes).toEqual(events.map((event) => ({ event, replayed: true })));
  };

  const expectKept = async (repository: EventRepository, events: EventRecord[]) => {
    expect(await repository.insert(events)).toEqual(events.map((event) => ({ event, replayed: false })));
    await expectStored(repository, events);
  };

  // Of large objects, matchers would print the difference for minutes; and some take an own key __proto__ for none.
  const expectJsonKept = async (repository: EventRepository, properties: JsonObject) => {
    const event = newEvent({ properties, userProperties: properties });
    const outcomes = [...(await repository.insert([event])), ...(await repository.insert([event]))];
    expect(outcomes.map(({ replayed }) => replayed)).toEqual([false, true]);
    for (const { event: stored } of outcomes) {
      expect(isSameJson(stored.properties, properties)).toBe(true);
      expect(isSameJson(stored.userProperties, properties)).toBe(true);
    }
  };

  describe(name, () => {
    test('states what an event survives, if it states anything', async (repository) => {
      const { survives, because } = (await repository.durability?.()) ?? { survives: 'unknown', because: 'nothing is stated' };
      expect(SURVIVES.includes(survives)).toBe(true);
      expect(typeof because === 'string' && because !== '').toBe(true);
    });

    test('stores a new event and resolves to it', async (repository) => {
      const event = newEvent();
      expect(await repository.insert([event])).toEqual([{ event, replayed: false }]);
      await expectStored(repository, [event]);
    });

    test('resolves to nothing for an empty batch', async (repository) => {
      expect(await repository.insert([])).toEqual([]);
    });

    test('resolves to one outcome an event, in order, for new and old events mixed', async (repository) => {
      const projectId = randomUUID();
      const [a, b, c, d, e] = ['m', 'z', 'a', 'k', 'b'].map((id) => newEvent({ projectId, id }));
      await repository.insert([b, d]);
      expect(await repository.insert([a, { ...b, type: 'another' }, c, { ...d, type: 'another' }, e])).toEqual([
        { event: a, replayed: false },
        { event: b, replayed: true },
        { event: c, replayed: false },
        { event: d, replayed: true },
        { event: e, replayed: false },
      ]);
      await expectStored(repository, [a, b, c, d, e]);
    });

    test('stores 1,000 events of one batch and resolves to them in order', async (repository) => {
      const events = Array.from({ length: 1_000 }, () => newEvent());
      await expectKept(repository, events);
    });

    test('resolves to the first event, unchanged, when its id comes again', async (repository) => {
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
    });

    test('keeps the first of two events with one id, also when they are about different entities', async (repository) => {
      const event = newEvent();
      const again = { ...searchEvent('text'), id: event.id, projectId: event.projectId };
      expect([...(await repository.insert([event])), ...(await repository.insert([again]))]).toEqual([
        { event, replayed: false },
        { event, replayed: true },
      ]);
    });

    test('stores the first of events with the same id in one batch and replays it for the others', async (repository) => {
      const first = newEvent({ type: 'first' });
      const other = newEvent();
      const again = (type: string) => ({ ...first, type, receivedAt: LATER });
      expect(await repository.insert([first, again('second'), other, again('third')])).toEqual([
        { event: first, replayed: false },
        { event: first, replayed: true },
        { event: other, replayed: false },
        { event: first, replayed: true },
      ]);
      await expectStored(repository, [first, other]);
    });

    test('stores one of many events with the same id that race, and resolves all to it', async (repository) => {
      const [id, projectId] = [randomUUID(), randomUUID()];
      const racers = Array.from({ length: 30 }, (_, n) => newEvent({ id, projectId, type: `racer ${n}` }));
      const outcomes = (await Promise.all(racers.map((event) => insertPatiently(repository, [event])))).flat();
      expect(outcomes.filter(({ replayed }) => !replayed).length).toBe(1);
      const winner = outcomes.find(({ replayed }) => !replayed)!.event;
      expect(racers.filter((racer) => isSameJson(winner, racer)).length).toBe(1);
      for (const { event } of outcomes) expect(event).toEqual(winner);
    });

    test('stores each event once when batches with the same ids in different orders race', async (repository) => {
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
    });

    test('takes the same id in another project, in none and in one without a name for other events', async (repository) => {
      const id = randomUUID();
      const projects = [randomUUID(), null, randomUUID(), '', 'null', '='];
      const events = projects.map((projectId) => newEvent({ id, projectId, type: `of ${projectId}` }));
      await expectKept(repository, events.slice(0, 3));
      await expectKept(repository, events.slice(3));
      await expectStored(repository, events);
    });

    test('tells ids apart byte by byte', async (repository) => {
      const projectId = randomUUID();
      const events = ALIKE.map((id) => newEvent({ projectId, id }));
      await expectKept(repository, events);
      for (const event of events) await expectKept(repository, [{ ...event, projectId: `${projectId}-one-by-one` }]);
    });

    test('tells projects apart byte by byte', async (repository) => {
      const id = randomUUID();
      await expectKept(
        repository,
        ALIKE.map((projectId) => newEvent({ projectId, id })),
      );
    });

    test('keeps events of every entity type', async (repository) => {
      const conversation = eventAbout({ entityType: 'conversation', conversationId: 'c' });
      await expectKept(repository, [newEvent(), conversation, searchEvent('how?'), searchEvent('')]);
    });

    test('keeps a search query as long as a body can be', async (repository) => {
      const event = searchEvent('é"\\'.repeat(400_000));
      const outcomes = [...(await repository.insert([event])), ...(await repository.insert([event]))];
      expect(outcomes.every((outcome) => isSameJson(outcome.event, event))).toBe(true);
    });

    test('keeps texts with any characters', async (repository) => {
      const events = TEXTS.map((text) =>
        newEvent({ type: text, messageId: text, integrationId: text, properties: { text, [text]: text } }),
      );
      await expectKept(repository, [...events, ...TEXTS.map(searchEvent)]);
    });

    test('tells null from empty objects and empty texts', async (repository) => {
      await expectKept(repository, [
        newEvent({ properties: null, userProperties: null, integrationId: null }),
        newEvent({ properties: {}, userProperties: {}, integrationId: '', type: '', messageId: '' }),
        newEvent({ properties: null, userProperties: {} }),
        newEvent({ properties: { a: null, b: [], c: {}, d: [null, [], {}] }, userProperties: null }),
      ]);
    });

    test('keeps times to the millisecond, from the year 1 to the year 9999', async (repository) => {
      await expectKept(
        repository,
        TIMES.map((time) => newEvent({ createdAt: time, receivedAt: time })),
      );
    });

    test('keeps numbers exactly', async (repository) => {
      await expectJsonKept(repository, {
        numbers: [0, 1, -1, 0.1, 1 / 3, 1e21, 1e300, 5e-324, 1.7976931348623157e308, 2 ** 53, -(2 ** 53) + 1, 1e-7],
      });
    });

    test('keeps keys that objects of JavaScript have by themselves', async (repository) => {
      const keys = '"__proto__":{"a":1},"constructor":{"prototype":{"b":2}},"toString":3,"hasOwnProperty":null,"length":[4],"":5';
      await expectJsonKept(repository, JSON.parse(`{${keys},"7":6,"nested":{${keys}},"list":[{${keys}}]}`));
      expect(({} as { a?: unknown }).a).toBe(undefined);
    });

    test('keeps JSON of 64 levels', async (repository) => {
      let value: JsonValue = 'deepest';
      for (let level = 0; level < 64; level++) value = level % 2 ? [value] : { level: value };
      await expectJsonKept(repository, { value });
    });

    test('keeps a text of 2 MiB', async (repository) => {
      await expectJsonKept(repository, { text: 'x'.repeat(2 * 1024 * 1024 - 256) });
    });

    test('keeps 180,000 keys', async (repository) => {
      await expectJsonKept(repository, Object.fromEntries(Array.from({ length: 180_000 }, (_, n) => [`k${n}`, n])));
    });
  });
}

const SURVIVES: readonly Durability['survives'][] = ['power cut', 'database crash', 'process crash', 'nothing', 'unknown'];

const LATER = '2026-05-06T07:08:09.010Z';

/** Ids that a database with a collation takes for the same, and the longest there are. */
const ALIKE = [
  'id',
  'ID',
  'Id',
  'id ',
  ' id',
  'id  ',
  'e',
  'é',
  'e\u0301',
  'è',
  'E',
  'ss',
  'ß',
  'ｉｄ',
  '1',
  '01',
  '①',
  'i\u200Dd',
  '😀',
  '😁',
  '😀'.repeat(255),
  '😀'.repeat(254) + '😁',
  'x'.repeat(255),
  'x'.repeat(254),
  'x'.repeat(254) + 'X',
];

const TEXTS = [
  `'; DROP TABLE events; --`,
  `"double", \`back\`, 'single', \\ and \\' and \\u0041`,
  '? ?? :id @id $1 %s %% {0} ${id}',
  'null',
  '{"json":[1]}',
  'العربية 中文 😀 e\u0301 \u2028 \uFFFD \u{10FFFF}',
  '  spaces around  ',
];

const TIMES = [
  '0001-01-01T00:00:00.000Z',
  '0099-12-31T23:59:59.999Z',
  '1582-10-10T12:00:00.001Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00.000Z',
  '2024-02-29T12:34:56.789Z',
  '2026-03-29T01:30:00.010Z',
  '2026-03-08T02:30:00.100Z',
  '2038-01-19T03:14:08.007Z',
  '9999-12-31T23:59:59.999Z',
];

function newEvent(fields: object = {}): EventRecord {
  return eventAbout({ entityType: 'message', messageId: 'm' }, fields);
}

function searchEvent(searchQuery: string): EventRecord {
  return eventAbout({ entityType: 'search', searchQuery });
}

function eventAbout(entity: EntityReference, fields: object = {}): EventRecord {
  return {
    id: randomUUID(),
    type: 'message:copied',
    createdAt: '2026-01-02T03:04:05.678Z',
    projectId: randomUUID(),
    integrationId: 'i',
    properties: { a: 1 },
    userProperties: { id: 7 },
    receivedAt: '2026-01-02T03:04:06.789Z',
    ...entity,
    ...fields,
  };
}

// A store may refuse an insert for being too busy, e.g. for a deadlock; then it is to be tried again.
async function insertPatiently(repository: EventRepository, events: EventRecord[], attempts = 5) {
  for (; ; attempts--) {
    try {
      return await repository.insert(events);
    } catch (error) {
      const { getStatus } = error as { getStatus?(): number };
      if (attempts === 1 || getStatus?.call(error) !== 503) throw error;
    }
  }
}

/** Whatever the order of the keys and the prototypes of the objects. */
function isSameJson(actual: unknown, expected: unknown): boolean {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  return a === b || isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
}
