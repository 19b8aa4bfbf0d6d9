import type { ProviderSource } from '../options/checks/provider-source.js';
import type { EventReader } from '../storage/event-reader.js';

/** What Nest must know before it builds providers; stands beside the factory of `forRootAsync`. */
export interface EventLogQueryExtras {
  /**
   * What the read routes stand below, which itself is below the host's global prefix and version.
   * @default 'query'
   */
  path?: string;
  /**
   * Decorators of the host's own for the controllers of the read routes, e.g. `[Public()]`.
   * @default none
   */
  decorators?: readonly ClassDecorator[];
  /**
   * Makes `EventQueryService` available in every module of the host.
   * @default false
   */
  isGlobal?: boolean;
  /**
   * What is read from, in place of the `reader` of the store: `clickHouseReader()`, a class that Nest builds, or a factory with what it
   * injects.
   * @default none: the `reader` of the store
   */
  reader?: ProviderSource<EventReader>;
}
