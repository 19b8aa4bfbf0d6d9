import type { ParsedEvent } from '../events/event-parser.js';
import type { EventScope } from '../events/event-scope.interface.js';

/** The items of a body that has arrived, still to be checked. */
export interface Batch {
  /** One at least; each may be let go of once it is parsed. */
  readonly items: unknown[];
  /** Throws what a single request with this item would be refused with. */
  parse(item: unknown, scope: EventScope): ParsedEvent;
}
