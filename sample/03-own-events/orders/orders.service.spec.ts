import { ServiceUnavailableException } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { InvalidEventException } from 'nestjs-event-log';
import { EventLogTestingModule, TestEventRepository } from 'nestjs-event-log/testing';
import { OrderEventDto } from './order-event.dto.js';
import { OrdersModule } from './orders.module.js';
import { OrdersService } from './orders.service.js';

describe('OrdersService', () => {
  let app: TestingModule;
  let events: TestEventRepository;

  beforeEach(async () => {
    app = await Test.createTestingModule({ imports: [EventLogTestingModule, OrdersModule] }).compile();
    events = app.get(TestEventRepository);
  });
  afterEach(() => app.close());

  it('an order that is placed is logged with its total', async () => {
    const { orderId } = await app.get(OrdersService).place([{ sku: 'mug', quantity: 2 }], 'u1');
    expect(events.events(OrderEventDto)).toMatchObject([{ type: 'order.placed', orderId, totalCents: 1800 }]);
  });

  it('an order is not placed where its event is not valid or can not be stored', async () => {
    const orders = app.get(OrdersService);
    await expect(orders.place([{ sku: '', quantity: 0 }], 'u1')).rejects.toBeInstanceOf(InvalidEventException);
    events.failWith(new ServiceUnavailableException());
    await expect(orders.place([{ sku: 'mug', quantity: 1 }], 'u1')).rejects.toBeInstanceOf(ServiceUnavailableException);
    expect(events.events()).toEqual([]);
  });
});
