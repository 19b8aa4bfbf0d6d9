import type { Type } from '@nestjs/common';
import type { EventDto } from '../events/entity-types/event.dto.js';
import type { EventScope } from '../events/event-scope.interface.js';

/** What `log()` and `logMany()` are given: the class of an entity type may stand in front. */
export type LogArguments<Input> =
  [input: Input, scope?: EventScope] | [entityType: Type<EventDto>, input: Input, scope?: EventScope];

export function argumentsOf<Input>(given: LogArguments<Input>): {
  input: Input;
  scope?: EventScope;
  entityType?: Type<EventDto>;
} {
  if (typeof given[0] !== 'function') return { input: given[0], scope: given[1] as EventScope | undefined };
  return { input: given[1] as Input, scope: given[2], entityType: given[0] as Type<EventDto> };
}
