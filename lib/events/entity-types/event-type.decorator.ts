import { SetMetadata, type Type } from '@nestjs/common';
import type { EventDto } from './event.dto.js';

const EVENT_TYPE = 'EVENT_LOG:EVENT_TYPE';

/** How the decorators of an entity type's class are followed. */
export interface EventTypeOptions {
  /**
   * The groups of class-validator and class-transformer in force for its events; rules without a group always count.
   * @default the rules of all groups count
   */
  groups?: readonly string[];
}

/** An entity type of events, as its class has it. */
export interface EventTypeMetadata extends EventTypeOptions {
  readonly name: string;
}

/**
 * Makes a class that extends `EventDto` the entity type `name`: 1 to 64 ASCII letters, digits, `_`, `.` and `-`, a letter first.
 * Each field with a decorator of class-validator is one that its events have, flat on the wire. Register the class with
 * `EventLogModule.forFeature([…])`, or with `entityTypes` of `EventLogModule.forRoot()`, which check it at boot.
 *
 * @example
 * ```ts
 * @EventType('order')
 * export class OrderEventDto extends EventDto {
 *   @IsUUID() orderId!: string;
 *   @IsInt() @Min(0) totalCents!: number;
 * }
 * ```
 */
export function EventType(name: string, { groups }: EventTypeOptions = {}) {
  const metadata: EventTypeMetadata = { name, groups };
  return (target: Type<EventDto>): void => void SetMetadata(EVENT_TYPE, metadata)(target);
}

/** What `@EventType()` says of the class itself: a subclass is an entity type of its own. */
export function eventTypeOf(dto: Type<EventDto>): EventTypeMetadata | undefined {
  return Reflect.getOwnMetadata(EVENT_TYPE, dto) as EventTypeMetadata | undefined;
}
