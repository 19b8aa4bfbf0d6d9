import { Body, Controller, Post, UsePipes, ValidationPipe } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ArrayMinSize, IsString, ValidateNested } from 'class-validator';
import { OrderItemDto } from './order-event.dto.js';
import { OrdersService } from './orders.service.js';

class NewOrderDto {
  @IsString()
  userId!: string;

  @ValidateNested({ each: true })
  @Type(() => OrderItemDto)
  @ArrayMinSize(1)
  items!: OrderItemDto[];
}

/** The shop's own route: what is ordered here is logged by the shop itself. */
@Controller('orders')
@UsePipes(new ValidationPipe({ transform: true }))
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  place(@Body() { items, userId }: NewOrderDto) {
    return this.orders.place(items, userId);
  }
}
