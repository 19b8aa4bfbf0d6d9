import { ServiceUnavailableException } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import {
  type EventRecord,
  EventRepository,
  InMemoryEventRepository,
  type InsertOutcome,
  type StoredEvent,
} from 'nestjs-event-log';
import { describeEventRepository, type EventRepositoryUnderTest } from 'nestjs-event-log/testing';

/** Events that several repositories share, in a store that can be made to hang. */
class SharedStore {
  readonly byKey = new Map<string, EventRecord>();
  stalled: Promise<void> = Promise.resolve();

  stall = (): Promise<() => Promise<void>> => {
    const { promise, resolve } = withResolvers();
    this.stalled = promise;
    return Promise.resolve(() => Promise.resolve(resolve()));
  };
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

interface Faults {
  ignoresTimeout?: boolean;
  rejectsWith?: Error;
  looksFirst?: boolean;
  sortsKeys?: boolean;
}

class SharingRepository extends EventRepository {
  constructor(
    private readonly store: SharedStore,
    private readonly faults: Faults = {},
  ) {
    super();
  }

  async insert(events: readonly EventRecord[], timeoutMs = 60_000): Promise<InsertOutcome[]> {
    const { ignoresTimeout, rejectsWith = new ServiceUnavailableException() } = this.faults;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(rejectsWith), timeoutMs)));
    late.catch(() => undefined);
    await (ignoresTimeout ? this.store.stalled : Promise.race([this.store.stalled, late])).finally(() => clearTimeout(timer));
    const outcomes: InsertOutcome[] = [];
    for (const event of events) outcomes.push(await this.insertOne(event));
    return outcomes;
  }

  private async insertOne(event: EventRecord): Promise<InsertOutcome> {
    const key = keyOf(event);
    const earlier = this.store.byKey.get(key);
    if (this.faults.looksFirst) await setImmediate();
    if (earlier === undefined) {
      this.store.byKey.set(key, this.faults.sortsKeys ? withSortedKeys(event) : event);
      return { replayed: false };
    }
    return earlier.contentDigest === event.contentDigest ? { replayed: true, createdAt: earlier.createdAt } : { conflict: true };
  }

  override find(id: string, projectId: string | null): Promise<StoredEvent | undefined> {
    return Promise.resolve(this.store.byKey.get(keyOf({ id, projectId })));
  }
}

function keyOf({ id, projectId }: Pick<EventRecord, 'id' | 'projectId'>): string {
  return JSON.stringify([projectId, id]);
}

function withSortedKeys(event: EventRecord): EventRecord {
  return { ...event, properties: event.properties && Object.fromEntries(Object.entries(event.properties).sort()) };
}

/** What fails, and with which message. */
async function failuresOf(suite: EventRepositoryUnderTest | (() => EventRepository), titles?: readonly string[]) {
  const tests = new Map<string, () => Promise<void>>();
  describeEventRepository('store', suite, {
    describe: (_name, define) => define(),
    it: (title, run) => void tests.set(title, run),
    expect,
  });
  const failures: Record<string, string> = {};
  for (const [title, run] of tests) {
    if (titles && !titles.includes(title)) continue;
    await run().catch((error: Error) => (failures[title] = error.message));
  }
  return { titles: [...tests.keys()], failures };
}

const TITLES = {
  order: 'keeps the order of keys',
  shared: 'replays an event that another instance has stored',
  race: 'stores each event once when two instances race',
  time: 'gives up with ServiceUnavailableException after `timeoutMs`, and stores the event later',
};

function suiteOf(faults: Faults = {}, another = (store: SharedStore) => new SharingRepository(store, faults)) {
  const store = new SharedStore();
  return { create: () => new SharingRepository(store, faults), createAnother: () => another(store), stall: store.stall };
}

describe('describeEventRepository', () => {
  it('passes a shared store without a fault', async () => {
    const { titles, failures } = await failuresOf(suiteOf());
    expect(failures).toEqual({});
    expect(titles).toEqual(expect.arrayContaining(Object.values(TITLES)));
  });

  it('makes no test of two instances, or of a store that hangs, where it is not told how', async () => {
    const { titles } = await failuresOf(() => new InMemoryEventRepository(), []);
    for (const title of [TITLES.shared, TITLES.race, TITLES.time]) expect(titles).not.toContain(title);
  });

  it('has no two tests of one title', async () => {
    const titles: string[] = [];
    const runner = {
      describe: (_name: string, define: () => void) => define(),
      it: (title: string) => titles.push(title),
      expect,
    };
    describeEventRepository('store', suiteOf(), runner);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it.each<[fault: string, suite: EventRepositoryUnderTest, failing: string]>([
    ['sorts keys', suiteOf({ sortsKeys: true }), TITLES.order],
    ['sees no events of other instances', suiteOf({}, () => new SharingRepository(new SharedStore())), TITLES.shared],
    ['looks before it stores', suiteOf({ looksFirst: true }), TITLES.race],
    ['waits longer than `timeoutMs`', suiteOf({ ignoresTimeout: true }), TITLES.time],
    ['gives up with another error', suiteOf({ rejectsWith: new Error('bug') }), TITLES.time],
  ])('fails a store that %s', async (_fault, suite, failing) => {
    expect(Object.keys((await failuresOf(suite, [failing])).failures)).toEqual([failing]);
  });

  it('names the broken rule in one sentence, and what was found after it', async () => {
    const { failures } = await failuresOf(suiteOf({ sortsKeys: true }), [TITLES.order]);
    const [rule, , ...found] = failures[TITLES.order].split('\n');
    expect(rule).toBe('Keys of free-form JSON must come back in their order: what is found is compared as JSON text.');
    expect(found.join('\n')).toContain('Expected');
  });

  it('names the third argument where the runner has no globals', () => {
    const { describe: kept } = globalThis;
    Object.assign(globalThis, { describe: undefined });
    try {
      expect(() => describeEventRepository('store', () => new InMemoryEventRepository())).toThrow('as the third argument');
    } finally {
      Object.assign(globalThis, { describe: kept });
    }
  });
});
