import { Module } from '@nestjs/common';
import { EventLogModule } from 'nestjs-event-log';
import { OrderEventDto } from './order-event.dto.js';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders.service.js';

/** A feature of the host's, with an entity type of events of its own. */
@Module({
  imports: [EventLogModule.forFeature([OrderEventDto])],
  controllers: [OrdersController],
  providers: [OrdersService],
})
export class OrdersModule {}
