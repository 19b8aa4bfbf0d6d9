import { Injectable } from '@nestjs/common';
import { EventLogService } from 'nestjs-event-log';
import { randomUUID } from 'node:crypto';
import type { OrderItemDto } from './order-event.dto.js';
import { OrderEventDto } from './order-event.dto.js';

/** In cents; a shop of yours has them in its database. */
const PRICES = new Map([
  ['mug', 900],
  ['shirt', 1900],
]);

@Injectable()
export class OrdersService {
  constructor(private readonly eventLog: EventLogService) {}

  /** Places an order, of which the event log tells from the moment on when this resolves. */
  async place(items: OrderItemDto[], userId: string): Promise<{ orderId: string; totalCents: number }> {
    const orderId = randomUUID();
    const totalCents = items.reduce((sum, { sku, quantity }) => sum + (PRICES.get(sku) ?? 0) * quantity, 0);
    await this.eventLog.log(OrderEventDto, { type: 'order.placed', orderId, totalCents, items, userProperties: { userId } });
    return { orderId, totalCents };
  }
}
