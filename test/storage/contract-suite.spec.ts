import { setImmediate } from 'node:timers/promises';
import { type EventRecord, EventRepository, type InsertOutcome } from 'nestjs-event-log';
import { describeEventRepository } from 'nestjs-event-log/testing';

describe('describeEventRepository', () => {
  interface Faults {
    keyOf?: (event: EventRecord) => string;
    kept?: (event: EventRecord) => EventRecord;
    answered?: (outcomes: InsertOutcome[]) => InsertOutcome[];
    overwrites?: boolean;
    looksFirst?: boolean;
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
      } = this.faults;
      const outcomes: InsertOutcome[] = [];
      for (const event of events) {
        const earlier = this.byKey.get(keyOf(event));
        if (looksFirst) await setImmediate();
        if (!earlier || overwrites) this.byKey.set(keyOf(event), kept(event));
        outcomes.push({ event: (!overwrites && earlier) || event, replayed: earlier !== undefined });
      }
      return answered(outcomes);
    }
  }

  const exactKey = ({ projectId, id }: EventRecord) => JSON.stringify([projectId, id]);
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
    ['overwrites the first event', { overwrites: true }, 'resolves to the first event, unchanged, when its id comes again'],
    [
      'looks before it stores',
      { looksFirst: true },
      'stores one of many events with the same id that race, and resolves all to it',
    ],
    [
      'answers in another order',
      { answered: (outcomes) => outcomes.toReversed() },
      'resolves to one outcome an event, in order, for new and old events mixed',
    ],
    [
      'answers once for events with the same id',
      { answered: (outcomes) => outcomes.filter(({ event }, n) => outcomes.findIndex((o) => o.event === event) === n) },
      'stores the first of events with the same id in one batch and replays it for the others',
    ],
    [
      'does not tell what was there before',
      { answered: (outcomes) => outcomes.map(({ event }) => ({ event, replayed: false })) },
      'resolves to the first event, unchanged, when its id comes again',
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
