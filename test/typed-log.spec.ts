import { NestFactory } from '@nestjs/core';
import { IsString } from 'class-validator';
import { expectTypeOf } from 'expect-type';
import {
  EventDto,
  EventLogModule,
  EventLogService,
  EventType,
  InvalidEventException,
  type LogOutcome,
  MessageEventDto,
} from 'nestjs-event-log';
import { Channel, OrderEventDto, OrderItemDto, SignUpEventDto } from './fixtures/order-event.dto.js';

const orderId = '0193a5a0-0000-7000-8000-000000000001';

const typed = (service: EventLogService) => ({
  order: () => service.log(OrderEventDto, { type: 't', orderId, totalCents: 1, items: [new OrderItemDto()] }),
  plain: () => service.log(OrderEventDto, { type: 't', orderId, totalCents: 1, items: [{ sku: 's', quantity: 1 }] }),
  dated: () => service.log(OrderEventDto, { type: 't', orderId, totalCents: 1, shippedAt: new Date(), channel: Channel.Web }),
  message: () => service.log(MessageEventDto, { type: 't', messageId: 'm', properties: { a: 1 } }, { projectId: 'p' }),
  many: () => service.logMany(SignUpEventDto, [{ type: 't', plan: 'p', seats: 1, id: 'i' }]),
  untyped: () => service.log({ entityType: 'search', type: 't', searchQuery: 'q' }),

  // @ts-expect-error A field that the class does not have.
  unknown: () => service.log(OrderEventDto, { type: 't', orderId, totalCents: 1, total: 1 }),
  // @ts-expect-error A field of another type.
  wrong: () => service.log(OrderEventDto, { type: 't', orderId, totalCents: '1' }),
  // @ts-expect-error A field of a nested class that is missing.
  nested: () => service.log(OrderEventDto, { type: 't', orderId, totalCents: 1, items: [{ sku: 's' }] }),
  // @ts-expect-error A field that is missing.
  missing: () => service.log(OrderEventDto, { type: 't', orderId }),
  // @ts-expect-error What the server sets.
  received: () => service.log(OrderEventDto, { type: 't', orderId, totalCents: 1, receivedAt: 'now' }),
  // @ts-expect-error A field of another entity type.
  other: () => service.logMany(SignUpEventDto, [{ type: 't', plan: 'p', seats: 1, orderId }]),
  // @ts-expect-error An own event without its class is not known to the compiler.
  classless: () => service.log({ entityType: 'order', type: 't', orderId, totalCents: 1 }),
});

type Outcome<Call extends keyof ReturnType<typeof typed>> = Awaited<ReturnType<ReturnType<typeof typed>[Call]>>;

describe('the types of log() and logMany()', () => {
  it('what compiles is taken, and what does not is refused or ignored', async () => {
    const imports = [
      EventLogModule.forRoot({ apiKeys: [{ id: 'k', key: 'some-long-key', kind: 'api' }] }),
      EventLogModule.forFeature([OrderEventDto, SignUpEventDto]),
    ];
    const app = await NestFactory.createApplicationContext({ module: class HostModule {}, imports }, { logger: false });
    const { order, plain, dated, message, many, untyped, wrong, nested, missing } = typed(app.get(EventLogService));
    for (const call of [plain, dated, message, many, untyped]) await expect(call()).resolves.toBeDefined();
    for (const call of [order, wrong, nested, missing]) await expect(call()).rejects.toBeInstanceOf(InvalidEventException);
    await app.close();
  });

  it('what contradicts the class is refused, and a field that would be lost is told of in the log, once', async () => {
    @EventType('visit')
    class VisitEventDto extends EventDto {
      @IsString()
      page!: string;

      referrer?: string;
    }
    const lines: string[] = [];
    const write = (line: unknown) => void lines.push(String(line));
    const imports = [
      EventLogModule.forRoot({ apiKeys: [{ id: 'k', key: 'some-long-key', kind: 'api' }] }),
      EventLogModule.forFeature([VisitEventDto]),
    ];
    const logger = { log: write, warn: write, error: write };
    const app = await NestFactory.createApplicationContext({ module: class HostModule {}, imports }, { logger });
    const service = app.get(EventLogService);
    const visit = { type: 't', page: '/', referrer: 'https://example.com' };
    const other = { ...visit, entityType: 'search' };
    await expect(service.log(VisitEventDto, other)).rejects.toMatchObject({ errors: [{ pointer: '#/entityType' }] });
    for (let time = 0; time < 2; time++) await service.log(VisitEventDto, { ...visit, entityType: 'visit' } as typeof visit);
    expect(lines.filter((line) => line.includes('VisitEventDto.referrer is not stored'))).toHaveLength(1);
    await app.close();
  });

  it('an outcome has the fields of its class, as JSON brings them back', () => {
    type Order = Outcome<'order'>['event'];
    expectTypeOf<Order['orderId']>().toEqualTypeOf<string>();
    expectTypeOf<Order['totalCents']>().toEqualTypeOf<number>();
    expectTypeOf<Order['shippedAt']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<NonNullable<Order['items']>[number]['sku']>().toEqualTypeOf<string>();
    expectTypeOf<Order['createdAt']>().toEqualTypeOf<string>();
    expectTypeOf<Outcome<'many'>[number]['event']['plan']>().toEqualTypeOf<string>();
    expectTypeOf<Outcome<'message'>['event']['messageId']>().toEqualTypeOf<string>();
    expectTypeOf<Outcome<'untyped'>>().toEqualTypeOf<LogOutcome>();
  });

  it('an event of the contract is told apart by its entityType', () => {
    expectTypeOf<Extract<LogOutcome['event'], { entityType: 'search' }>['searchQuery']>().toEqualTypeOf<string>();
  });
});
