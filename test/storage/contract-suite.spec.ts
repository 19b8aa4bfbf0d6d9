import { isDeepStrictEqual } from 'node:util';
import { setImmediate } from 'node:timers/promises';
import { type EventRecord, EventRepository, type InsertOutcome, type StoredEvent } from 'nestjs-event-log';
import { describeEventRepository } from 'nestjs-event-log/testing';

describe('describeEventRepository', () => {
  interface Faults {
    keyOf?: (event: EventRecord) => string;
    kept?: (event: EventRecord) => EventRecord;
    answered?: (outcomes: InsertOutcome[]) => InsertOutcome[];
    overwrites?: boolean;
    looksFirst?: boolean;
    /** What of a later event with the id is taken for the same as in the first one. */
    isSame?: (earlier: EventRecord, event: EventRecord) => boolean;
    /** The time that a replay is answered with. */
    timeOf?: (earlier: EventRecord, event: EventRecord) => string;
    /** Compares an event with the one before it in the batch, rather than with what is stored. */
    lastWins?: boolean;
  }

  class FaultyEventRepository extends EventRepository {
    private readonly byKey = new Map<string, EventRecord>();

    constructor(private readonly faults: Faults) {
      super();
    }

    async insert(events: readonly EventRecord[]): Promise<InsertOutcome[]> {
      const {
        keyOf = exactKey,
        kept = (event) => event,
        answered = (outcomes) => outcomes,
        overwrites,
        looksFirst,
        lastWins,
        isSame = (earlier, event) => earlier.contentDigest === event.contentDigest,
        timeOf = (earlier) => earlier.createdAt,
      } = this.faults;
      const outcomes: InsertOutcome[] = [];
      const inBatch = new Map<string, EventRecord>();
      for (const event of events) {
        const earlier = (lastWins && inBatch.get(keyOf(event))) || this.byKey.get(keyOf(event));
        inBatch.set(keyOf(event), event);
        if (looksFirst) await setImmediate();
        if (!earlier || overwrites) this.byKey.set(keyOf(event), kept(event));
        if (!earlier) outcomes.push({ replayed: false });
        else outcomes.push(isSame(earlier, event) ? { replayed: true, createdAt: timeOf(earlier, event) } : { conflict: true });
      }
      return answered(outcomes);
    }

    override find(id: string, projectId: string | null): Promise<StoredEvent | undefined> {
      const { keyOf = exactKey } = this.faults;
      return Promise.resolve(this.byKey.get(keyOf({ id, projectId } as EventRecord)));
    }
  }

  const exactKey = ({ projectId, id }: EventRecord) => JSON.stringify([projectId, id]);
  const REPLAY = 'replays an event that comes again, with the time of the first';
  const FIELDS: [field: keyof EventRecord | 'messageId', name: string][] = [
    ['type', 'type'],
    ['messageId', 'subject'],
    ['integrationId', 'integration'],
    ['properties', 'properties'],
    ['userProperties', 'userProperties'],
  ];
  /** Compares events as JSON text, without some of their fields. */
  const sameBut =
    (...left: string[]) =>
    (...events: [EventRecord, EventRecord]) => {
      const [a, b] = events.map((event) =>
        JSON.stringify(
          Object.entries(event)
            .filter(([field]) => !left.includes(field))
            .sort(),
        ),
      );
      return a === b;
    };
  const sameContent = sameBut('contentDigest', 'createdAt', 'receivedAt');
  const withJson = (event: EventRecord, revive: (text: string) => EventRecord['properties']) => ({
    ...event,
    properties: event.properties && revive(JSON.stringify(event.properties)),
  });

  async function failuresOf(create: () => EventRepository, isRun = (_title: string) => true): Promise<string[]> {
    const tests: { title: string; run: () => Promise<void> }[] = [];
    const failed: string[] = [];
    describeEventRepository('store', create, {
      describe: (_name, define) => define(),
      it: (title, run) => tests.push({ title, run }),
      expect,
    });
    for (const { title, run } of tests) if (isRun(title)) await run().catch(() => failed.push(title));
    expect(tests.length).toBeGreaterThan(20);
    return failed;
  }

  it('a store without a fault passes', async () => {
    expect(await failuresOf(() => new FaultyEventRepository({}))).toEqual([]);
  });

  const FAULTS: [fault: string, faults: Faults, failing: string][] = [
    ['overwrites the first event', { overwrites: true }, 'takes an event with an id that is taken for another one by its type'],
    [
      'looks before it stores',
      { looksFirst: true },
      'stores one of many events with the same id that race, and none of the others',
    ],
    [
      'answers in another order',
      { answered: (outcomes) => outcomes.toReversed() },
      'resolves to one outcome an event, in order, for new, old and other events mixed',
    ],
    [
      'answers once for events with the same id',
      { answered: (outcomes) => outcomes.filter((outcome) => 'replayed' in outcome && !outcome.replayed) },
      'stores the first of events with the same id in one batch, and judges the others by it',
    ],
    [
      'does not tell what was there before',
      { answered: (outcomes) => outcomes.map(() => ({ replayed: false })) },
      'replays an event that comes again, with the time of the first',
    ],
    [
      'replays whatever has the id',
      { isSame: () => true },
      'takes an event with an id that is taken for another one by its type',
    ],
    ['takes every event that comes again for another one', { isSame: () => false }, REPLAY],
    ['compares times', { isSame: sameBut('contentDigest', 'receivedAt') }, REPLAY],
    ['answers with the time of the later event', { timeOf: (_earlier, { createdAt }) => createdAt }, REPLAY],
    ['answers with a time of its own format', { timeOf: ({ createdAt }) => createdAt.replace('Z', '+00:00') }, REPLAY],
    ...FIELDS.map(([field, name]): [string, Faults, string] => [
      `does not compare the field ${field}`,
      { isSame: sameBut('contentDigest', 'createdAt', 'receivedAt', field) },
      `takes an event with an id that is taken for another one by its ${name}`,
    ]),
    [
      'takes what is left out for empty',
      {
        isSame: (a, b) =>
          sameContent({ ...a, integrationId: a.integrationId ?? '' }, { ...b, integrationId: b.integrationId ?? '' }),
      },
      'takes an event with an id that is taken for another one by its integration, which is empty',
    ],
    [
      'takes null for an empty object',
      { isSame: (a, b) => sameContent({ ...a, properties: a.properties ?? {} }, { ...b, properties: b.properties ?? {} }) },
      'takes an event with an id that is taken for another one by its properties, which are empty',
    ],
    [
      'compares JSON whatever the order of its keys',
      { isSame: (a, b) => isDeepStrictEqual(a.properties, b.properties) },
      'takes an event with an id that is taken for another one by the order of its keys',
    ],
    [
      'compares an event with the last one of its batch',
      { lastWins: true },
      'judges all events with the same id in one batch by the one that was there before',
    ],
    [
      'compares ids without case',
      { keyOf: (event) => exactKey({ ...event, id: event.id.toLowerCase() }) },
      'tells ids apart byte by byte',
    ],
    ['normalizes ids', { keyOf: (event) => exactKey({ ...event, id: event.id.normalize() }) }, 'tells ids apart byte by byte'],
    [
      'ignores trailing spaces',
      { keyOf: (event) => exactKey({ ...event, id: event.id.trimEnd() }) },
      'tells ids apart byte by byte',
    ],
    [
      'cuts ids at 255 bytes',
      { keyOf: (event) => exactKey({ ...event, id: event.id.slice(0, 500) }) },
      'tells ids apart byte by byte',
    ],
    [
      'compares projects without case',
      { keyOf: ({ projectId, id }) => exactKey({ projectId: projectId?.toLowerCase() ?? null, id } as EventRecord) },
      'tells projects apart byte by byte',
    ],
    [
      'ignores projects',
      { keyOf: ({ id }) => id },
      'takes the same id in another project, in none and in one without a name for other events',
    ],
    [
      'takes no project for one without a name',
      { keyOf: ({ projectId, id }) => `${projectId ?? ''}/${id}` },
      'takes the same id in another project, in none and in one without a name for other events',
    ],
    [
      'drops milliseconds',
      { kept: (event) => ({ ...event, createdAt: event.createdAt.replace(/\.\d+/, '.000') }) },
      'keeps times to the millisecond, from the year 1 to the year 9999',
    ],
    [
      'takes the years 0 to 99 for 1900 to 1999',
      { kept: (event) => ({ ...event, createdAt: event.createdAt.replace(/^00/, '19') }) },
      'keeps times to the millisecond, from the year 1 to the year 9999',
    ],
    [
      'drops the key __proto__',
      { kept: (event) => withJson(event, (text) => JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value))) },
      'keeps keys that objects of JavaScript have by themselves',
    ],
    [
      'assigns the key __proto__',
      { kept: (event) => withJson(event, (text) => Object.assign({}, JSON.parse(text))) },
      'keeps keys that objects of JavaScript have by themselves',
    ],
    [
      'keeps 64 KiB of JSON',
      { kept: (event) => withJson(event, (text) => (text.length > 65_535 ? null : JSON.parse(text))) },
      'keeps a text of 2 MiB',
    ],
    [
      'takes empty objects for null',
      { kept: (event) => withJson(event, (text) => (text === '{}' ? null : JSON.parse(text))) },
      'tells null from empty objects and empty texts',
    ],
    [
      'keeps 31 levels of JSON',
      { kept: (event) => withJson(event, (text) => (text.split(/[[{]/).length > 33 ? null : JSON.parse(text))) },
      'keeps JSON of 64 levels',
    ],
  ];

  it.each(FAULTS)('a store that %s fails', async (_fault, faults, failing) => {
    expect(
      await failuresOf(
        () => new FaultyEventRepository(faults),
        (title) => title === failing,
      ),
    ).toEqual([failing]);
  });
});
