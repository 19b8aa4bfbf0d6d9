import { ConflictException, Logger, ServiceUnavailableException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import {
  EventLogModule,
  type EventLogOptions,
  EventLogService,
  type EventRecord,
  EventRepository,
  InMemoryEventRepository,
  type InsertOutcome,
} from 'nestjs-event-log';
import { newEvent } from './utils/events.js';
import { ownTime } from './utils/own-time.js';

Logger.overrideLogger(false);

/** Keeps events in memory, when and as `before` lets it, and records the ids of every insert and what time it was given. */
class ControlledRepository extends InMemoryEventRepository {
  readonly inserts: string[][] = [];
  readonly timeouts: number[] = [];
  before: (events: readonly EventRecord[]) => unknown = () => delay(5);
  after: (outcomes: InsertOutcome[]) => InsertOutcome[] = (outcomes) => outcomes;

  override async insert(events: readonly EventRecord[], timeoutMs?: number): Promise<InsertOutcome[]> {
    this.inserts.push(events.map(({ id }) => id));
    this.timeouts.push(timeoutMs!);
    await this.before(events);
    return this.after(await super.insert(events));
  }
}

describe('EventWriter', () => {
  const event = (id: string, properties: object = {}) => newEvent({ id, properties });
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `e${n}`);

  async function createApp(options: Partial<EventLogOptions> = {}) {
    const apiKeys = [{ id: 'site', key: 'key-of-the-site', scopes: ['events:write' as const] }];
    const module = await Test.createTestingModule({
      imports: [EventLogModule.forRoot({ apiKeys, ...options, storage: { repository: ControlledRepository } })],
    }).compile();
    const app = await module.createNestApplication({ logger: false }).init();
    const repository = app.get<ControlledRepository>(EventRepository);
    const service = app.get(EventLogService);
    return { app, repository, log: (id: string, properties?: object) => service.log(event(id, properties)), service };
  }

  function gate() {
    let open!: () => void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    return { open, opened };
  }

  const unavailable = (promise: Promise<unknown>) => expect(promise).rejects.toBeInstanceOf(ServiceUnavailableException);

  it('events that arrive in the same turn of the event loop are stored in one insert', async () => {
    const { repository, log } = await createApp();
    const outcomes = await Promise.all(ids(500).map((id) => log(id)));
    expect(outcomes.map((outcome) => outcome.event.id)).toEqual(ids(500));
    expect(repository.inserts).toEqual([ids(500)]);
  });

  it('events that arrive during an insert are stored in one more', async () => {
    const { repository, log } = await createApp();
    const { open, opened } = gate();
    repository.before = () => opened;
    const logs: Promise<unknown>[] = [];
    for (const id of ids(5)) {
      logs.push(log(id));
      await nextTurn();
    }
    open();
    await Promise.all(logs);
    expect(repository.inserts).toEqual([['e0'], ['e1', 'e2', 'e3', 'e4']]);
  });

  it('one insert stores at most 1,000 events and about 2 MiB', async () => {
    const { repository, log } = await createApp();
    await Promise.all(ids(2_501).map((id) => log(id)));
    expect(repository.inserts.map((batch) => batch.length)).toEqual([1_000, 1_000, 501]);
    repository.inserts.length = 0;
    await Promise.all(ids(7).map((id) => log(`large ${id}`, { text: 'x'.repeat(700_000) })));
    expect(repository.inserts.map((batch) => batch.length)).toEqual([2, 2, 2, 1]);
  });

  it('each event is answered after its insert, and not with a later one', async () => {
    const { repository, log } = await createApp();
    const gates = [gate(), gate()];
    repository.before = () => gates[repository.inserts.length - 1].opened;
    const answered: string[] = [];
    const logAll = (...ids: string[]) => ids.map((id) => log(id).then(() => answered.push(id)));
    const logs = logAll('e0');
    await delay(20);
    logs.push(...logAll('e1', 'e2'));
    await delay(20);
    expect(answered).toEqual([]);
    gates[0].open();
    await delay(20);
    expect(answered).toEqual(['e0']);
    expect(repository.events.map(({ id }) => id)).toEqual(['e0']);
    gates[1].open();
    await Promise.all(logs);
    expect(answered).toEqual(['e0', 'e1', 'e2']);
  });

  it('an id that is already waiting is replayed, or taken where the content is another', async () => {
    const { log } = await createApp();
    const outcomes = Promise.all([log('first'), log('same', { n: 1 }), log('same', { n: 1 })]);
    const other = log('same', { n: 2 }).catch((error) => error);
    expect(await other).toBeInstanceOf(ConflictException);
    expect((await outcomes).map(({ replayed, event: { properties } }) => ({ replayed, properties }))).toEqual([
      { replayed: false, properties: {} },
      { replayed: false, properties: { n: 1 } },
      { replayed: true, properties: { n: 1 } },
    ]);
  });

  it('one bad event fails alone, and its neighbours are stored', async () => {
    const { repository, log } = await createApp();
    repository.before = async (events) => {
      await delay(1);
      if (events.some(({ id }) => id === 'e37')) throw new Error('bad');
    };
    const results = await Promise.allSettled(ids(100).map((id) => log(id)));
    expect(results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([37]);
    expect(results[37]).toMatchObject({ reason: new Error('bad') });
    expect(new Set(repository.events.map(({ id }) => id))).toEqual(new Set(ids(100).filter((id) => id !== 'e37')));
  });

  it('events beyond maxPendingEvents are refused with 503, and taken again later', async () => {
    const { repository, log, service } = await createApp({ maxPendingEvents: 10 });
    const { open, opened } = gate();
    repository.before = () => opened;
    const taken = ids(9).map((id) => log(id));
    await unavailable(service.logMany([event('x'), event('y')]));
    taken.push(log('tenth'));
    await unavailable(log('eleventh'));
    open();
    await Promise.all(taken);
    expect(repository.events.map(({ id }) => id)).toEqual([...ids(9), 'tenth']);
    expect((await log('eleventh')).replayed).toBe(false);
  });

  it('events beyond maxPendingBytes are refused with 503, and taken again later', async () => {
    const { repository, log } = await createApp({ maxPendingBytes: 100_000 });
    const { open, opened } = gate();
    repository.before = () => opened;
    const text = 'x'.repeat(40_000);
    const taken = [log('a', { text }), log('b', { text })];
    await unavailable(log('c', { text }));
    taken.push(log('small'));
    open();
    await Promise.all(taken);
    expect((await log('c', { text })).replayed).toBe(false);
  });

  it('nothing counts as waiting any more when all is answered, whether stored, refused or failed', async () => {
    const { repository, log } = await createApp({ maxPendingEvents: 2 });
    repository.before = async ([first]) => {
      await delay(1);
      if (first.id.startsWith('bad')) throw new Error('bad');
      if (first.id.startsWith('away')) throw new ServiceUnavailableException();
    };
    for (const id of ['bad', 'away', 'good', 'bad', 'away']) await Promise.allSettled([log(id), log(`${id} too`), log('3rd')]);
    expect(await Promise.all([log('a'), log('b')])).toHaveLength(2);
    await unavailable(Promise.all([log('c'), log('d'), log('e')]));
  });

  it('a store that hangs is answered with 503 within 5 s, and events are stored again once it goes on', async () => {
    const { repository, log } = await createApp();
    const { open, opened } = gate();
    repository.before = () => opened;
    const [start, ownStart] = [performance.now(), ownTime()];
    const late = (id: string) => unavailable(log(id)).then(() => [performance.now() - start, ownTime() - ownStart]);
    const committing = late('committing');
    await nextTurn();
    const times = await Promise.all([committing, late('waiting')]);
    for (const [ms, ownMs] of times) {
      expect(ms).toBeGreaterThan(4_000);
      expect(ownMs).toBeLessThan(5_000);
    }
    open();
    expect(await log('next')).toMatchObject({ replayed: false });
    expect(await log('committing')).toMatchObject({ replayed: true });
    expect(await log('waiting')).toMatchObject({ replayed: false });
  });

  it('an insert is tried again with the same ids when the store is unavailable for a moment', async () => {
    const { repository, service } = await createApp();
    let failures = 2;
    repository.before = () => {
      if (failures-- > 0) throw new ServiceUnavailableException();
    };
    const { event: stored } = await service.log(newEvent());
    expect(repository.inserts).toEqual([[stored.id], [stored.id], [stored.id]]);
  });

  it('an insert whose answer got lost is tried again, which finds out what it stored', async () => {
    const { repository, log } = await createApp();
    let losses = 1;
    repository.after = (outcomes) => {
      if (losses-- > 0) throw new ServiceUnavailableException();
      return outcomes;
    };
    expect((await log('a', { n: 1 })).event.properties).toEqual({ n: 1 });
    expect(repository.events).toHaveLength(1);
  });

  it.each([
    ['its reply got lost', new ServiceUnavailableException()],
    ['its reply was none', new Error('broken')],
  ])('an event with an id that was made here is no replay where an insert stored it and %s', async (_how, error) => {
    const { repository, service } = await createApp();
    let losses = 1;
    repository.after = (outcomes) => {
      if (losses-- > 0) throw error;
      return outcomes;
    };
    const outcomes = await Promise.all([service.log(newEvent()), service.log(newEvent())]);
    expect(outcomes.map(({ replayed }) => replayed)).toEqual([false, false]);
    expect(repository.events).toHaveLength(2);
    expect(repository.inserts.length).toBeGreaterThan(1);
  });

  it("a caller's id that was there before is a replay, also where an insert had to be tried again", async () => {
    const { repository, log } = await createApp();
    await log('a');
    let losses = 1;
    repository.after = (outcomes) => {
      if (losses-- > 0) throw new ServiceUnavailableException();
      return outcomes;
    };
    expect(await log('a')).toMatchObject({ replayed: true });
  });

  it('the store is given less time with every try, and none beyond the deadline of the events', async () => {
    const answerTimeout = 2_000;
    const { repository, log } = await createApp({ answerTimeout });
    const times = repository.timeouts;
    repository.before = async () => {
      await delay(times.at(-1));
      throw new ServiceUnavailableException();
    };
    const start = ownTime();
    await unavailable(log('a'));
    expect(ownTime() - start).toBeLessThan(answerTimeout);
    await delay(answerTimeout);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(times.reduce((sum, time) => sum + time, 0)).toBeLessThan(answerTimeout);
    expect(times[0]).toBeGreaterThan(answerTimeout / 2);
    expect(times.length).toBeGreaterThan(1);
  });

  it('a repository that takes no notice of its time is answered in time, and asked again when it is done', async () => {
    const { repository, log } = await createApp({ answerTimeout: 2_000 });
    let stored!: Promise<unknown>;
    repository.before = () => (stored = delay(3_000));
    const start = ownTime();
    await Promise.all(['a', 'b'].map((id) => unavailable(log(id))));
    expect(ownTime() - start).toBeLessThan(2_000);
    await stored;
    repository.before = () => undefined;
    await nextTurn();
    expect((await log('a')).replayed).toBe(true);
  });

  it('a store that stays unavailable is given up with 503, without trying events one by one', async () => {
    const { repository, log } = await createApp();
    repository.before = () => Promise.reject(new ServiceUnavailableException());
    const results = await Promise.allSettled(ids(50).map((id) => log(id)));
    for (const result of results) expect(result).toMatchObject({ reason: expect.any(ServiceUnavailableException) });
    expect(repository.inserts).toEqual([ids(50), ids(50), ids(50)]);
  });

  it('everything in flight is answered before the application shuts down', async () => {
    const { app, repository, log } = await createApp();
    repository.before = () => delay(50);
    const logs = ids(5).map((id) => log(id));
    await app.close();
    expect(repository.events).toHaveLength(5);
    expect((await Promise.all(logs)).map((outcome) => outcome.event.id)).toEqual(ids(5));
  });

  it('an application shuts down at once when nothing is in flight', async () => {
    const { app, log } = await createApp();
    await log('a');
    const start = ownTime();
    await app.close();
    expect(ownTime() - start).toBeLessThan(2_500);
  });

  it.each([
    ['fewer', (outcomes: InsertOutcome[]) => outcomes.slice(1)],
    ['more', (outcomes: InsertOutcome[]) => [...outcomes, ...outcomes]],
    ['no', () => undefined as unknown as InsertOutcome[]],
  ])('events whose repository resolves to %s outcomes fail', async (_what, after) => {
    const { repository, log } = await createApp();
    repository.after = after;
    await expect(log('a')).rejects.toThrow('ControlledRepository.insert() must resolve to one outcome an event');
  });

  it('a repository that throws instead of rejecting is asked again', async () => {
    const { repository, log } = await createApp();
    const { insert } = repository;
    repository.insert = () => {
      throw new Error('thrown');
    };
    await expect(log('a')).rejects.toThrow('thrown');
    repository.insert = insert;
    expect((await log('a')).replayed).toBe(false);
  });
});
