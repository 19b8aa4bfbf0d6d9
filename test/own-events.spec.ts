import { ConflictException, Module } from '@nestjs/common';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  ArrayUnique,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  registerDecorator,
  ValidateBy,
  ValidateNested,
  ValidatorConstraint,
  Validate,
} from 'class-validator';
import {
  CONTRACT_ENTITY_TYPES,
  EventDto,
  EventLogModule,
  EventLogService,
  EventRepository,
  EventType,
  type InMemoryEventRepository,
  InvalidEventException,
  MessageEventDto,
  type ProblemDetails,
} from 'nestjs-event-log';
import { Channel, OrderEventDto, SignUpEventDto } from './fixtures/order-event.dto.js';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newMessage } from './utils/events.js';

const KEY = 'key-that-writes-and-reads';
const apiKeys = [{ id: 'shop', key: KEY, kind: 'api' as const }];
const orderId = '0193a5a0-0000-7000-8000-000000000001';
const order = { entityType: 'order', type: 'order.completed', orderId, totalCents: 1290 };

afterEach(closeApps);

describe.each(ADAPTERS)('events of the own entity types of a host, on %s', (adapter) => {
  const start = async (...entityTypes: (typeof OrderEventDto)[]) => {
    const feature = EventLogModule.forFeature(entityTypes.length > 0 ? entityTypes : [OrderEventDto, SignUpEventDto]);
    const { app, url } = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys }), feature] });
    const { log } = clientOf(url, KEY);
    const errorsOf = async (event: object) => {
      const answer = await log(event);
      const { errors = [], detail } = answer.json<ProblemDetails>();
      return { status: answer.status, pointers: errors.map(({ pointer }) => pointer), detail };
    };
    return { app, log, errorsOf, service: app.get(EventLogService), store: app.get<InMemoryEventRepository>(EventRepository) };
  };

  it('an own event is answered with its fields flat, in the order of its class, absent ones left out', async () => {
    const { log } = await start();
    const answer = await log({
      ...order,
      id: 'o1',
      createdAt: '2026-01-02T03:04:05Z',
      channel: 'web',
      unknown: 1,
      tags: ['b', 'a'],
    });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(
      `{"id":"o1","type":"order.completed","orderId":"${orderId}","totalCents":1290,"channel":"web","tags":["b","a"],` +
        '"createdAt":"2026-01-02T03:04:05.000Z","projectId":null,"integrationId":null,"properties":null,"userProperties":null,"entityType":"order"}',
    );
  });

  it('an own event is stored with its fields in one column, and those of the contract without any', async () => {
    const { log, store } = await start();
    await log({ ...order, properties: { a: 1 } });
    await log(newMessage());
    expect(store.events[0]).toMatchObject({ entityType: 'order', fields: { orderId, totalCents: 1290 }, properties: { a: 1 } });
    expect(store.events[1]).not.toHaveProperty('fields');
  });

  it('nested classes, dates, enums, transformations and lists do on own fields what they do elsewhere', async () => {
    const { log } = await start();
    const items = [
      { sku: 'a', quantity: 2, secret: 'undeclared', extras: { constructor: 1, then: { a: [1] }, ['__proto__']: 2 } },
    ];
    const body = JSON.stringify({
      ...order,
      items,
      shippedAt: '2026-01-02T03:04:05+01:00',
      note: '  fragile ',
      channel: 'shop',
    }).replace('"extras":{', '"extras":{"__proto__":2,');
    const answer = await log(body);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ shippedAt: '2026-01-02T02:04:05.000Z', note: 'fragile', channel: 'shop' });
    expect(answer.text).toContain('"items":[{"sku":"a","quantity":2,"extras":{"__proto__":2,"constructor":1,"then":{"a":[1]}}}]');
  });

  it('what is wrong with own fields is told by pointers that go deep', async () => {
    const { errorsOf } = await start();
    const items = [{ sku: 'a', quantity: 1 }, { sku: 5, quantity: 0 }, null, 'x', [{ sku: 'b', quantity: 1 }]];
    const { status, pointers } = await errorsOf({ ...order, orderId: 7, totalCents: -1, items, tags: ['a', 5], channel: 'fax' });
    expect(status).toBe(422);
    expect(pointers).toEqual(
      expect.arrayContaining([
        ...['#/orderId', '#/totalCents', '#/items/1/sku', '#/items/1/quantity', '#/tags', '#/channel'],
        ...['#/items/2', '#/items/3'],
      ]),
    );
    expect((await errorsOf({ ...order, items: [{ sku: 5, quantity: 1 }] })).detail).toBe('items.0.sku must be a string');
  });

  it('an object for a date, a number or a class with a discriminator is refused, whatever stands in it', async () => {
    class CardDto {
      @IsString() number!: string;
    }
    class CashDto {
      @IsInt() cents!: number;
    }
    @EventType('payment')
    class PaymentDto extends EventDto {
      @IsOptional() @Type(() => Date) at?: Date;
      @IsOptional() @IsInt() @Type(() => Number) cents?: number;
      @IsOptional() @IsString() @Type(() => String) text?: string;
      @IsOptional() @IsObject() @Type(() => Object) any?: object;
      @IsOptional()
      @ValidateNested({ each: true })
      @Type(() => CardDto, {
        discriminator: {
          property: 'kind',
          subTypes: [
            { name: 'card', value: CardDto },
            { name: 'cash', value: CashDto },
          ],
        },
        keepDiscriminatorProperty: true,
      })
      means?: (CardDto | CashDto)[];
    }
    const { log, errorsOf } = await start(PaymentDto as never);
    const payment = { entityType: 'payment', type: 't' };
    for (const field of ['at', 'cents', 'text']) {
      for (const value of [{}, { a: 1 }, [{}]]) expect((await errorsOf({ ...payment, [field]: value })).status).toBe(422);
    }
    expect((await errorsOf({ ...payment, means: [null, 'x', 5] })).pointers).toEqual(['#/means/0', '#/means/1', '#/means/2']);
    expect((await errorsOf({ ...payment, means: [{ kind: 'cash', cents: 'x' }] })).pointers).toEqual(['#/means/0/cents']);
    const means = [
      { kind: 'card', number: '4', secret: 1 },
      { kind: 'cash', cents: 5 },
    ];
    const answer = await log({ ...payment, any: { constructor: 'x' }, cents: '5', means });
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      { any: { constructor: 'x' }, cents: 5, means: [{ number: '4' }, { cents: 5 }] },
    ]);
  });

  it('JSON of a field is kept whole whatever other fields are made into, and what would take long is refused', async () => {
    @EventType('mixed')
    class MixedDto extends EventDto {
      @IsOptional() @IsString() @Transform(({ value }) => String(value).trim()) note?: string;
      @IsOptional() @IsObject() any?: object;
      @IsOptional() @ArrayUnique() list?: unknown[];
      @IsOptional() @IsArray() @Transform(({ value }) => value) made?: unknown[];
    }
    @EventType('set')
    class SetDto extends EventDto {
      @ArrayUnique() list!: unknown[];
    }
    const { log, errorsOf } = await start(MixedDto as never, SetDto as never);
    const any = {
      constructor: 'x',
      then: { toString: 1 },
      keys: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [i, i])),
    };
    const answer = await log({ entityType: 'mixed', type: 't', note: ' n ', any });
    expect([answer.status, answer.json()]).toEqual([200, expect.objectContaining({ note: 'n', any })]);
    const list = Array.from({ length: 190_000 }, (_, i) => i);
    for (const entityType of ['mixed', 'set']) {
      expect(await errorsOf({ entityType, type: 't', list })).toMatchObject({ status: 422, pointers: ['#/list'] });
    }
    expect(await errorsOf({ entityType: 'mixed', type: 't', made: list })).toMatchObject({ status: 422, pointers: ['#/made'] });
    expect(await errorsOf({ entityType: 'mixed', type: 't', made: [{ constructor: 1 }] })).toMatchObject({ status: 422 });
  });

  it('an own field must be there unless its class says otherwise, and defaults of the class are stored', async () => {
    const { errorsOf, log } = await start();
    expect(await errorsOf({ entityType: 'sign-up', type: 't' })).toMatchObject({ status: 422, pointers: ['#/plan'] });
    const answer = await log({ entityType: 'sign-up', type: 't', plan: 'pro', id: 'a' });
    expect(answer.json()).toMatchObject({ plan: 'pro', seats: 1 });
    const again = await log({ entityType: 'sign-up', type: 't', plan: 'pro', id: 'a' });
    expect([again.status, again.header('Idempotent-Replayed')]).toEqual([200, 'true']);
  });

  it('the rules of free-form JSON hold for own fields: characters, numbers, levels and values', async () => {
    const { log, errorsOf } = await start();
    const signUp = { entityType: 'sign-up', type: 't', plan: 'a\0\ud800' };
    expect((await log(signUp)).json()).toMatchObject({ plan: 'a\uFFFD\uFFFD' });
    const deep = (levels: number) => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels)) as object;
    expect((await log({ ...signUp, survey: deep(64) })).status).toBe(200);
    expect(await errorsOf({ ...signUp, survey: deep(66) })).toMatchObject({ status: 422 });
    expect(await errorsOf({ ...signUp, survey: { 'a\0': 1 } })).toMatchObject({ status: 422 });
    const infinite = await log(JSON.stringify({ ...signUp, survey: { a: 1 } }).replace('"a":1', '"a":1e400'));
    expect([infinite.status, infinite.json<ProblemDetails>().errors]).toEqual([
      422,
      [expect.objectContaining({ pointer: '#/survey/a' })],
    ]);
    const many = Array.from({ length: 200_001 }, () => 0);
    expect(await errorsOf({ ...signUp, survey: { many } })).toMatchObject({ status: 422 });
    const nested = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
    expect((await log(JSON.stringify({ ...order, items: 0 }).replace('"items":0', `"items":${nested}`))).status).toBe(422);
    expect(await errorsOf({ ...order, items: Array.from({ length: 20_000 }, () => ({})) })).toMatchObject({
      status: 422,
      pointers: ['#/items'],
    });
  });

  it('the same own event again is a replay, and any other own field makes it another one', async () => {
    const { log } = await start();
    const first = { ...order, id: 'o1', items: [{ sku: 'a', quantity: 1 }], note: ' x ' };
    expect((await log(first)).status).toBe(200);
    const reordered = Object.fromEntries(Object.entries(first).reverse());
    for (const again of [first, reordered, { ...first, channel: null, undeclared: 1 }]) {
      const answer = await log(again);
      expect([answer.status, answer.header('Idempotent-Replayed')]).toEqual([200, 'true']);
    }
    for (const other of [{ totalCents: 1291 }, { channel: 'web' }, { items: [] }, { items: [{ sku: 'a', quantity: 2 }] }]) {
      expect((await log({ ...first, ...other })).status).toBe(409);
    }
    const { errors } = (await log({ ...first, totalCents: 1, items: [] })).json<ProblemDetails>();
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['#/totalCents', '#/items']);
  });

  it('a class that the host makes new values in can still be sent again', async () => {
    @EventType('job')
    class JobEventDto extends EventDto {
      @IsString() @Transform(() => String(Math.random())) token!: string;
      @IsInt() seenAt: number = Math.random() > 2 ? 0 : Math.floor(Math.random() * 1e9);
    }
    const { log } = await start(JobEventDto as never);
    const job = { entityType: 'job', type: 't', id: 'j', token: 'x' };
    expect((await log(job)).status).toBe(200);
    expect((await log(job)).header('Idempotent-Replayed')).toBe('true');
    expect((await log({ ...job, token: 'y' })).status).toBe(409);
  });

  it('entityTypes is the whole list, to which features add, before or after the module', async () => {
    const before = EventLogModule.forFeature([OrderEventDto]);
    const root = EventLogModule.forRoot({ apiKeys, entityTypes: [MessageEventDto] });
    @Module({ imports: [EventLogModule.forFeature([SignUpEventDto, OrderEventDto])] })
    class FeatureModule {}
    const { url } = await createApp(adapter, { imports: [before, root, FeatureModule] });
    const { log } = clientOf(url, KEY);
    expect((await log(order)).status).toBe(200);
    expect((await log({ entityType: 'sign-up', type: 't', plan: 'p' })).status).toBe(200);
    expect((await log(newMessage())).status).toBe(200);
    const refused = await log({ entityType: 'search', type: 't', searchQuery: 'q' });
    expect(refused.json<ProblemDetails>().detail).toBe('entityType must be one of message, order, sign-up');
  });

  it('a class may add fields to an entity type of the contract', async () => {
    @EventType('message')
    class RatedMessageDto extends MessageEventDto {
      @IsOptional() @IsInt() stars?: number;
    }
    const entityTypes = CONTRACT_ENTITY_TYPES.map((dto) => (dto === MessageEventDto ? RatedMessageDto : dto));
    const { url } = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys, entityTypes })] });
    const answer = await clientOf(url, KEY).log(newMessage({ stars: 5 }));
    expect(answer.json()).toMatchObject({ messageId: 'm1', stars: 5, entityType: 'message' });
    expect((await clientOf(url, KEY).log(newMessage({ stars: 'five' }))).status).toBe(422);
  });

  it('a validator of the host that throws is a 500 that leaks nothing', async () => {
    @EventType('fragile')
    class FragileDto extends EventDto {
      @ValidateBy({
        name: 'fragile',
        validator: {
          validate: () => {
            throw new Error('SECRET of the validator');
          },
        },
      })
      field!: string;
    }
    const { log } = await start(FragileDto as never);
    const answer = await log({ entityType: 'fragile', type: 't', field: 'x' });
    expect([answer.status, answer.text.includes('SECRET')]).toEqual([500, false]);
  });

  it('a promise that a validator answers only at times is a 500, also beside a wrong field, and ends no process', async () => {
    const answers = (answer: unknown) =>
      ValidateBy({ name: 'at-times', validator: { validate: (value) => (value === 'ask' ? answer : true) as boolean } });
    const rejected = () => Promise.reject(new Error('SECRET of the store'));
    @EventType('moody')
    class MoodyDto extends EventDto {
      @IsInt() first!: number;
      @ValidateBy({ name: 'rejects', validator: { validate: (value) => (value === 'ask' ? rejected() : true) as never } })
      field!: string;
      @answers({ then: () => undefined }) lazy!: string;
    }
    const { log } = await start(MoodyDto as never);
    const moody = { entityType: 'moody', type: 't', first: 1 };
    expect((await log({ ...moody, field: 'x', lazy: 'x' })).status).toBe(200);
    for (const wrong of [{ field: 'ask' }, { field: 'ask', first: 'x' }, { lazy: 'ask' }]) {
      const answer = await log({ ...moody, ...wrong });
      expect([answer.status, answer.text.includes('SECRET')]).toEqual([500, false]);
    }
  });

  it('a field that its class works out by a getter is stored, and what is sent for it ignored', async () => {
    @EventType('sum')
    class SumDto extends EventDto {
      @IsInt() a!: number;
      @IsInt() get twice() {
        return 2 * this.a;
      }
    }
    const { log } = await start(SumDto as never);
    for (const sent of [{}, { twice: 9 }]) {
      expect((await log({ entityType: 'sum', type: 't', a: 2, ...sent })).json()).toMatchObject({ a: 2, twice: 4 });
    }
  });

  it('a refused field is named as in JSON, and by the whole way to it', async () => {
    class LineDto {
      @Expose({ name: 's_ku' }) @IsString() sku!: string;
      @IsOptional() @IsString({ each: true }) tags?: string[];
      @IsOptional() @ValidateBy({ name: 'wordless', validator: { validate: () => false } }) other?: unknown;
    }
    class CardDto {
      @IsString() last4!: string;
    }
    @EventType('named')
    class NamedDto extends EventDto {
      @Expose({ name: 'order_id' }) @IsInt() orderId!: number;
      @Expose({ name: 'li_nes' }) @ValidateNested({ each: true }) @Type(() => LineDto) lines!: LineDto[];
      @ValidateNested({ each: true })
      @Type(() => Object, { discriminator: { property: 'kind', subTypes: [{ name: 'card', value: CardDto }] } })
      payments!: object[];
    }
    const { log } = await start(NamedDto as never);
    const lines = [{ s_ku: 1, tags: [1], other: 1 }];
    const answer = await log({ entityType: 'named', type: 't', order_id: 'x', li_nes: lines, payments: [{ kind: 'cash' }] });
    expect(answer.json<ProblemDetails>().errors).toEqual([
      { pointer: '#/order_id', detail: 'order_id must be an integer number' },
      { pointer: '#/li_nes/0/s_ku', detail: 'li_nes.0.s_ku must be a string' },
      { pointer: '#/li_nes/0/tags', detail: 'li_nes.0.tags: each value in tags must be a string' },
      { pointer: '#/li_nes/0/other', detail: 'li_nes.0.other is not valid' },
      { pointer: '#/payments/0', detail: 'payments.0: an unknown value was passed to the validate function' },
    ]);
  });

  it('log() and logMany() take a class, and answer its fields', async () => {
    const { service, store } = await start();
    const items = [{ sku: 'a', quantity: 1, extras: { at: new Date(0) }, soldAt: new Date(0) }];
    const shippedAt = new Date('2026-01-02T03:04:05Z');
    const { event } = await service.log(OrderEventDto, { type: 'order.completed', orderId, totalCents: 5, items, shippedAt });
    expect(event).toMatchObject({ entityType: 'order', orderId, shippedAt: '2026-01-02T03:04:05.000Z' });
    expect(event).not.toHaveProperty('fields');
    expect(event.items?.[0]).toMatchObject({ extras: { at: '1970-01-01T00:00:00.000Z' }, soldAt: '1970-01-01T00:00:00.000Z' });
    const outcomes = await service.logMany(
      SignUpEventDto,
      [
        { type: 'a', plan: 'x', seats: 2 },
        { type: 'b', plan: 'y', seats: 3 },
      ],
      { projectId: 'p' },
    );
    expect(outcomes.map((outcome) => [outcome.event.plan, outcome.event.projectId])).toEqual([
      ['x', 'p'],
      ['y', 'p'],
    ]);
    await expect(service.log(SignUpEventDto, { type: 'a', plan: 5 as never, seats: 1 })).rejects.toBeInstanceOf(
      InvalidEventException,
    );
    await expect(service.log(OrderEventDto, { id: event.id, type: 't', orderId, totalCents: 6 })).rejects.toBeInstanceOf(
      ConflictException,
    );
    expect(store.events).toHaveLength(3);
    expect(Channel.Web).toBe('web');
  });

  it('log() with a class that is not in force says how to register it', async () => {
    @EventType('stranger')
    class StrangerDto extends EventDto {}
    const { service } = await start();
    await expect(service.log(StrangerDto, { type: 't' })).rejects.toThrow('EventLogModule.forFeature([StrangerDto])');
  });
});

describe('a class that can be no entity type', () => {
  class Nested {
    @IsString() a!: string;
  }
  const Async = () => ValidateBy({ name: 'async', validator: { validate: async () => Promise.resolve(true) } as never });
  @ValidatorConstraint({ name: 'later', async: true })
  class Later {
    validate() {
      return Promise.resolve(true);
    }
  }
  @ValidatorConstraint({ name: 'unsaid' })
  class Unsaid {
    async validate() {
      return Promise.resolve(true);
    }
  }
  const Registered = () => (target: object, propertyName: string) =>
    registerDecorator({
      target: target.constructor,
      propertyName,
      async: true,
      validator: { validate: () => Promise.resolve(true) },
    });

  class WithoutName extends EventDto {}
  @EventType('1st')
  class WrongName extends EventDto {}
  @EventType('x'.repeat(65))
  class LongName extends EventDto {}
  @EventType('hides')
  class HidesId extends EventDto {
    @IsString() declare id: string;
  }
  @EventType('hides')
  class HidesByName extends EventDto {
    @Expose({ name: 'properties' }) @IsObject() mine!: object;
  }
  @EventType('hides')
  class HidesDigest extends EventDto {
    @IsString() contentDigest!: string;
  }
  @EventType('async')
  class AsyncByFunction extends EventDto {
    @Async() field!: string;
  }
  @EventType('async')
  class AsyncByClass extends EventDto {
    @Validate(Later) field!: string;
  }
  @EventType('async')
  class AsyncUnsaid extends EventDto {
    @Validate(Unsaid) field!: string;
  }
  @EventType('async')
  class AsyncRegistered extends EventDto {
    @Registered() field!: string;
  }
  class DeepAsync {
    @Async() inner!: string;
  }
  @EventType('async')
  class AsyncNested extends EventDto {
    @ValidateNested() @Type(() => DeepAsync) field!: DeepAsync;
  }
  @EventType('untyped')
  class Untyped extends EventDto {
    @ValidateNested() field!: Nested;
  }
  @EventType('set')
  class WithSet extends EventDto {
    @IsString({ each: true }) @Type(() => String) tags!: Set<string>;
  }
  @EventType('out')
  class OnTheWayOut extends EventDto {
    @Exclude({ toPlainOnly: true }) @IsString() secret!: string;
  }
  @EventType('names')
  class NamedAsMethod extends EventDto {
    @IsString() declare toString: never;
  }
  @EventType('names')
  class NamedAsPrototype extends EventDto {
    @Expose({ name: '__proto__' }) @IsObject() mine!: object;
  }
  @EventType('names')
  class NamedUnfit extends EventDto {
    @Expose({ name: 'a\0' }) @IsString() mine!: string;
  }
  @EventType('names')
  class NamedTwice extends EventDto {
    @Expose({ name: 'other' }) @IsString() mine!: string;
    @IsString() other!: string;
  }
  @Exclude()
  @EventType('excluded')
  class ExcludedDto extends EventDto {
    @Expose() @IsString() mine!: string;
  }
  @EventType('message')
  class NoMessage extends EventDto {}
  class NoEvent {
    @IsString() a!: string;
  }
  EventType('no-event')(NoEvent as never);

  it.each([
    [WithoutName, "WithoutName is no entity type: decorate it with @EventType('order')"],
    [WrongName, 'The entity type of WrongName must be 1 to 64 ASCII letters'],
    [LongName, 'The entity type of LongName must be 1 to 64 ASCII letters'],
    [HidesId, 'HidesId.id hides a field that every event has'],
    [HidesByName, "HidesByName.mine is named 'properties' in JSON, as properties is"],
    [HidesDigest, 'HidesDigest.contentDigest hides a field that every event has'],
    [AsyncByFunction, 'AsyncByFunction.field has an asynchronous validator'],
    [AsyncByClass, 'AsyncByClass.field has an asynchronous validator'],
    [AsyncUnsaid, 'AsyncUnsaid.field has an asynchronous validator'],
    [AsyncRegistered, 'AsyncRegistered.field has an asynchronous validator'],
    [AsyncNested, 'DeepAsync.inner has an asynchronous validator'],
    [Untyped, 'Untyped.field has @ValidateNested() and no @Type'],
    [WithSet, 'WithSet.tags is a Map or a Set'],
    [OnTheWayOut, 'OnTheWayOut.secret has a decorator with `toPlainOnly`'],
    [NamedAsMethod, 'NamedAsMethod.toString has a name that every object of JavaScript has'],
    [NamedAsPrototype, 'NamedAsPrototype.mine has a name that every object of JavaScript has'],
    [NamedUnfit, 'NamedUnfit.mine has a name with NUL or a lone surrogate'],
    [NamedTwice, "NamedTwice.other is named 'other' in JSON, as mine is"],
    [ExcludedDto, 'ExcludedDto has @Exclude()'],
    [NoMessage, "NoMessage must extend MessageEventDto, as it has the entity type 'message'"],
    [NoEvent as never, "NoEvent must extend EventDto, as it has the entity type 'no-event'"],
  ])('%p fails at boot, with a message that names class, field and fix', async (dto, message) => {
    for (const imports of [
      [EventLogModule.forRoot({ apiKeys }), EventLogModule.forFeature([dto as never])],
      [EventLogModule.forRoot({ apiKeys, entityTypes: [dto as never] })],
    ]) {
      await expect(createApp('express', { imports })).rejects.toThrow(message);
    }
  });

  it('two classes of one name, a list that is none and a feature without the module fail at boot', async () => {
    @EventType('order')
    class OtherOrderDto extends EventDto {}
    const root = EventLogModule.forRoot({ apiKeys });
    const both = [root, EventLogModule.forFeature([OrderEventDto]), EventLogModule.forFeature([OtherOrderDto])];
    await expect(createApp('express', { imports: both })).rejects.toThrow(
      "'order' is that of OrderEventDto and of OtherOrderDto",
    );
    expect(() => EventLogModule.forFeature(OrderEventDto as never)).toThrow('Put the class in a list.');
    await expect(createApp('express', { imports: [EventLogModule.forFeature([OrderEventDto])] })).rejects.toThrow(
      'EventLogModule.forFeature([…]) needs EventLogModule.forRoot',
    );
  });
});
