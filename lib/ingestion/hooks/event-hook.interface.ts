import type { StoredEvent } from '../../events/event.interface.js';
import type { EventContext } from './event-context.interface.js';

/**
 * Looks at every event before it is stored, over HTTP and from `EventLogService` alike: a class for the extra `hooks`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class CountryHook implements EventHook {
 *   constructor(private readonly countries: CountriesService) {}
 *
 *   async beforeStore(event: StoredEvent, { clientAddress }: EventContext): Promise<StoredEvent> {
 *     const country = await this.countries.of(clientAddress);
 *     return { ...event, properties: { ...event.properties, country } };
 *   }
 * }
 * ```
 */
export interface EventHook {
  /**
   * Returns the event to store, which is checked by the rules of any event, and must keep `id`, `entityType` and `projectId`.
   * Throw one of Nest's HTTP exceptions to refuse it, which the caller is told. Anything else that is thrown, and a result that
   * is not valid, is a 500; what has not settled within `answerTimeout` a 503. `event` is this call's own: change it or a copy.
   */
  beforeStore(event: StoredEvent, context: EventContext): StoredEvent | Promise<StoredEvent>;
}
