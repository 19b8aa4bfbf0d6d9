import {
  ConflictException,
  type DynamicModule,
  Injectable,
  Module,
  ServiceUnavailableException,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type EventInput, EventLogModule, EventLogService, EventRepository } from 'nestjs-event-log';
import { EventLogServiceMock, EventLogTestingModule, TestEventRepository } from 'nestjs-event-log/testing';
import { OrderEventDto } from './fixtures/order-event.dto.js';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newEvent, newMessage } from './utils/events.js';

const apiKeys = [{ id: 'site', key: 'key-of-the-site', kind: 'api' as const }];
const EVENT = newEvent({ id: 'a' });
const ORDER_ID = '0193a5a0-0000-7000-8000-000000000001';

/** A service of a host. */
@Injectable()
class SearchService {
  constructor(private readonly eventLog: EventLogService) {}

  async search(searchQuery: string): Promise<string> {
    const { event } = await this.eventLog.log(newEvent({ searchQuery }), { projectId: 'shop' });
    return event.id;
  }
}

/** A module of a host, as it is written. */
function feature(...imports: DynamicModule[]): Type {
  @Module({ imports, providers: [SearchService] })
  class SearchModule {}
  return SearchModule;
}

afterEach(closeApps);

describe('EventLogTestingModule', () => {
  async function start(...imports: (DynamicModule | Type)[]) {
    const app = await Test.createTestingModule({ imports, providers: [SearchService] }).compile();
    return { app, eventLog: app.get(EventLogService), repository: app.get(TestEventRepository) };
  }

  it('keeps what a service of the host has logged, oldest first and as it was answered', async () => {
    const { app, eventLog, repository } = await start(EventLogTestingModule);
    const id = await app.get(SearchService).search('nest');
    const { event } = await eventLog.log(newMessage());
    expect(repository.events()).toEqual([expect.objectContaining({ id, searchQuery: 'nest', projectId: 'shop' }), event]);
    repository.clear();
    expect(repository.events()).toEqual([]);
  });

  it('checks events as in production, and keeps none that is refused', async () => {
    const { eventLog, repository } = await start(EventLogTestingModule);
    const wrong = newMessage({ messageId: '\n' }) as EventInput;
    await expect(eventLog.logMany([EVENT, wrong])).rejects.toMatchObject({ errors: [{ pointer: '#/1/messageId' }] });
    expect(repository.events()).toEqual([]);
    expect(await eventLog.log(EVENT)).toMatchObject({ replayed: false });
    expect(await eventLog.log(EVENT)).toMatchObject({ replayed: true });
    await expect(eventLog.log({ ...EVENT, searchQuery: 'another' })).rejects.toThrow(ConflictException);
  });

  it('fails with an error until it is told to go on, and stores nothing meanwhile', async () => {
    const { eventLog, repository } = await start(EventLogTestingModule);
    await eventLog.log(EVENT);
    repository.failWith(new ServiceUnavailableException('The database is away'));
    await expect(eventLog.log(newEvent())).rejects.toThrow(ServiceUnavailableException);
    repository.failWith(new RangeError('A bug'));
    await expect(eventLog.log(newEvent())).rejects.toThrow(RangeError);
    repository.failWith(undefined);
    expect(await eventLog.log(EVENT)).toMatchObject({ replayed: true });
    repository.failWith(new Error('A bug'));
    repository.clear();
    expect(await eventLog.log(EVENT)).toMatchObject({ replayed: false });
  });

  it('gives the events of one class of the host, typed by it, as its modules register it', async () => {
    const { eventLog, repository } = await start(EventLogTestingModule, EventLogModule.forFeature([OrderEventDto]));
    await eventLog.log(EVENT);
    const order = { type: 'order.completed', orderId: ORDER_ID, totalCents: 1290 };
    const { event } = await eventLog.log(OrderEventDto, order);
    await expect(eventLog.log(OrderEventDto, { ...order, totalCents: -1 })).rejects.toMatchObject({
      errors: [{ pointer: '#/totalCents' }],
    });
    expect(repository.events(OrderEventDto)).toEqual([event]);
    expect(repository.events(OrderEventDto).map(({ totalCents }) => totalCents.toFixed())).toEqual(['1290']);
    // @ts-expect-error -- A field that the class does not have is none of the event.
    expect(repository.events(OrderEventDto)[0]?.searchQuery).toBeUndefined();
    expect(repository.events()).toHaveLength(2);
  });

  it('is one of its own in each application', async () => {
    const [one, other] = [await start(EventLogTestingModule), await start(EventLogTestingModule)];
    await one.eventLog.log(EVENT);
    expect([one.repository.events().length, other.repository.events().length]).toEqual([1, 0]);
  });

  it('is there for feature modules with `isGlobal`, and only there', async () => {
    const search = feature();
    const { app, repository } = await start(EventLogTestingModule.forRoot({ isGlobal: true }), search);
    await app.select(search).get(SearchService).search('nest');
    expect(repository.events()).toHaveLength(1);
    await expect(Test.createTestingModule({ imports: [EventLogTestingModule, feature()] }).compile()).rejects.toThrow(
      /EventLogService/,
    );
  });

  it('takes options of EventLogModule', async () => {
    const { eventLog } = await start(EventLogTestingModule.forRoot({ maxBodyBytes: 10 }));
    await expect(eventLog.log(newEvent({ properties: { text: 'more than ten' } }))).rejects.toThrow(/10 bytes/);
  });

  it.each([
    ['itself', EventLogTestingModule],
    ['forRoot()', EventLogTestingModule.forRoot()],
  ])('by %s takes the place of EventLogModule in a module of the host, whose store is not built', async (_name, replacement) => {
    const useFactory = () => {
      throw new Error('The store of production is opened');
    };
    const eventLog = EventLogModule.forRoot({ apiKeys, storage: { repository: { useFactory } } });
    const testing = Test.createTestingModule({ imports: [feature(eventLog), eventLog] });
    const app = await testing.overrideModule(eventLog).useModule(replacement).compile();
    await app.get(SearchService).search('nest');
    expect(app.get(TestEventRepository).events()).toHaveLength(1);
  });
});

describe.each(ADAPTERS)('On %s', (adapter) => {
  const key = apiKeys[0]!.key;

  it('EventLogTestingModule serves no route, unless it is told to', async () => {
    const { url } = await createApp(adapter, { imports: [EventLogTestingModule] });
    expect((await clientOf(url, key).log(EVENT)).status).toBe(404);
    const withRoute = EventLogTestingModule.forRoot({ route: true, path: 'log', apiKeys });
    const { app, url: served } = await createApp(adapter, { imports: [withRoute] });
    expect((await clientOf(served, key).log(EVENT, { path: '/log' })).status).toBe(200);
    expect((await clientOf(served, 'another-key').log(EVENT, { path: '/log' })).status).toBe(401);
    expect(app.get(TestEventRepository).events()).toMatchObject([EVENT]);
  });

  it('TestEventRepository takes the place of the store of a whole application', async () => {
    const { app, url } = await createApp(
      adapter,
      { imports: [EventLogModule.forRoot({ apiKeys })] },
      { override: (builder) => builder.overrideProvider(EventRepository).useClass(TestEventRepository) },
    );
    const repository = app.get<TestEventRepository>(EventRepository);
    expect((await clientOf(url, key).log(EVENT)).status).toBe(200);
    expect(repository.events()).toMatchObject([EVENT]);
    const conflict = await clientOf(url, key).log({ ...EVENT, searchQuery: 'another' });
    expect([conflict.status, conflict.json()]).toMatchObject([409, { errors: [{ pointer: '#/searchQuery' }] }]);
    repository.failWith(new ServiceUnavailableException());
    expect((await clientOf(url, key).log()).status).toBe(503);
    repository.failWith(new Error('A bug'));
    expect((await clientOf(url, key).log()).status).toBe(500);
  });
});

describe('EventLogServiceMock', () => {
  it('stands for EventLogService without Nest, and notes what is logged', async () => {
    const eventLog = new EventLogServiceMock();
    const id = await new SearchService(eventLog).search('nest');
    expect(id).toMatch(/^evt_/);
    expect(eventLog.logged).toEqual([{ event: newEvent({ searchQuery: 'nest' }), scope: { projectId: 'shop' } }]);
    const outcomes = await eventLog.logMany([EVENT, newMessage()]);
    expect(outcomes).toMatchObject([{ event: { ...EVENT, properties: null }, replayed: false }, { replayed: false }]);
    expect(eventLog.logged.slice(1)).toEqual([{ event: EVENT }, { event: newMessage() }]);
    eventLog.clear();
    expect(eventLog.logged).toEqual([]);
  });

  it('notes and answers events by the class of the host', async () => {
    const eventLog = new EventLogServiceMock();
    const { event } = await eventLog.log(OrderEventDto, { type: 'order.completed', orderId: ORDER_ID, totalCents: 1290 });
    expect(eventLog.logged).toEqual([
      { event: { entityType: 'order', type: 'order.completed', orderId: ORDER_ID, totalCents: 1290 } },
    ]);
    expect(event).toMatchObject({ entityType: 'order', totalCents: 1290, projectId: null });
  });

  it('fails with an error until it is told to go on', async () => {
    const eventLog = new EventLogServiceMock();
    eventLog.failWith(new ServiceUnavailableException());
    await expect(new SearchService(eventLog).search('nest')).rejects.toThrow(ServiceUnavailableException);
    await expect(eventLog.logMany([EVENT])).rejects.toThrow(ServiceUnavailableException);
    eventLog.failWith(undefined);
    expect(await eventLog.log(EVENT)).toMatchObject({ event: EVENT });
    expect(eventLog.logged).toHaveLength(3);
  });

  it('is injected where a test provides it as the value of EventLogService', async () => {
    const eventLog = new EventLogServiceMock();
    const providers = [SearchService, { provide: EventLogService, useValue: eventLog }];
    const app = await Test.createTestingModule({ providers }).compile();
    await app.get(SearchService).search('nest');
    expect(eventLog.logged).toHaveLength(1);
  });
});
