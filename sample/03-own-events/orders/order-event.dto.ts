import { Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, IsOptional, IsString, IsUUID, Length, Min, ValidateNested } from 'class-validator';
import { EventDto, EventType } from 'nestjs-event-log';

export class OrderItemDto {
  @IsString()
  @Length(1, 40)
  sku!: string;

  @IsInt()
  @Min(1)
  quantity!: number;
}

/** What happens to an order: `order.placed`, `order.shipped` and the like. */
@EventType('order')
export class OrderEventDto extends EventDto {
  @IsUUID()
  orderId!: string;

  @IsInt()
  @Min(0)
  totalCents!: number;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => OrderItemDto)
  @ArrayMaxSize(100)
  items?: OrderItemDto[];
}
