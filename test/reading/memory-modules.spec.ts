import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  EventLogModule,
  type EventLogExtras,
  EventReader,
  type EventQuery,
  EventRepository,
  InMemoryEventReader,
  InMemoryEventRepository,
  QueryRefusal,
} from 'nestjs-event-log';
import { EventLogTestingModule, TestEventRepository } from 'nestjs-event-log/testing';
import { EventReaderModule } from '../../lib/storage/event-reader.module.js';
import { closeApps, createApp } from '../utils/create-app.js';
import { newEvent } from '../../lib/testing/event-repository/events.js';

const OPTIONS = { timeoutMs: 60_000 };
const IDS: EventQuery = {
  scope: {},
  where: { and: [] },
  select: [{ kind: 'field', operand: { field: 'id' } }],
  orderBy: [],
  limit: 10,
  counted: false,
};

/** A reader that tells how often it was built. */
let built = 0;
@Injectable()
class CountedReader extends InMemoryEventReader {
  constructor(repository: EventRepository) {
    super(repository);
    built++;
  }
}

function eventLog(storage?: EventLogExtras['storage']) {
  return EventLogModule.forRoot({
    apiKeys: [{ id: 'server', key: 'a-key-of-these-tests', kind: 'api' }],
    ...(storage && { storage }),
  });
}

function compiled(...imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) {
  return Test.createTestingModule({ imports }).compile();
}

beforeEach(() => (built = 0));
afterEach(closeApps);

describe('a module that reads', () => {
  it('reads what the store in memory keeps, without a setting', async () => {
    const app = await compiled(eventLog(), EventReaderModule);
    await app.get(EventRepository, { strict: false }).insert([newEvent({ id: 'a' }), newEvent({ id: 'b' })]);
    expect((await app.get(EventReader).query(IDS, OPTIONS)).rows).toEqual([['a'], ['b']]);
    await app.close();
  });

  it('reads what a test has logged, until the test forgets it', async () => {
    const app = await compiled(EventLogTestingModule, EventReaderModule);
    const repository = app.get(TestEventRepository);
    await repository.insert([newEvent({ id: 'a' })]);
    expect((await app.get(EventReader).query(IDS, OPTIONS)).rows).toEqual([['a']]);
    repository.clear();
    expect((await app.get(EventReader).query(IDS, OPTIONS)).rows).toEqual([]);
    await app.close();
  });

  it('refuses to boot with a store that has no reader, and names the fix', async () => {
    const booted = compiled(eventLog({ repository: InMemoryEventRepository }), EventReaderModule);
    await expect(booted).rejects.toThrow(
      'The `storage` of EventLogModule has no `reader`, so nothing can be read from it: give it an EventReader, { repository, reader }, as typeOrmStorage() does.',
    );
  });

  it('refuses to boot without EventLogModule, and names it', async () => {
    await expect(compiled(EventReaderModule)).rejects.toThrow('EventLogModule.forRoot({ apiKeys, storage })');
  });

  it('refuses to boot where a test puts another repository into the place of the store in memory', async () => {
    class OtherRepository extends EventRepository {
      override insert = () => Promise.resolve([]);
    }
    const metadata = { imports: [eventLog(), EventReaderModule] };
    const booted = createApp('express', metadata, {
      override: (builder) => builder.overrideProvider(EventRepository).useClass(OtherRepository),
    });
    await expect(booted).rejects.toThrow('InMemoryEventReader reads InMemoryEventRepository alone, got OtherRepository');
  });

  it('shares one reader with the others of its kind', async () => {
    @Module({ imports: [EventReaderModule], exports: [EventReaderModule] })
    class AnotherModule {}
    const storage = { repository: InMemoryEventRepository, reader: CountedReader };
    const app = await compiled(eventLog(storage), EventReaderModule, AnotherModule);
    expect(app.get(EventReader)).toBeInstanceOf(CountedReader);
    expect(built).toBe(1);
    await app.close();
  });

  it.each(['express', 'fastify'] as const)(
    'is what builds the reader: a host on %s that reads nothing has none',
    async (adapter) => {
      const storage = { repository: InMemoryEventRepository, reader: CountedReader };
      await createApp(adapter, { imports: [eventLog(storage)] });
      expect(built).toBe(0);
      await createApp(adapter, { imports: [eventLog(storage), EventReaderModule] });
      expect(built).toBe(1);
    },
  );

  it('boots a host that reads nothing with a store that has no reader', async () => {
    await expect(createApp('express', { imports: [eventLog({ repository: InMemoryEventRepository })] })).resolves.toBeDefined();
  });
});

describe('InMemoryEventReader', () => {
  it('refuses a query that takes longer than it may', async () => {
    const repository = new InMemoryEventRepository();
    await repository.insert(Array.from({ length: 10_000 }, () => newEvent()));
    const query = new InMemoryEventReader(repository).query(IDS, { timeoutMs: 0.01 });
    await expect(query).rejects.toThrow(QueryRefusal);
    await expect(query).rejects.toThrow('narrow the time range');
  });
});
