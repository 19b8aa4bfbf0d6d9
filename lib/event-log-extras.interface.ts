import type { ApiKeyStorage } from './auth/api-key-storage.js';
import type { EventStorage } from './storage/event-storage.js';

/** What Nest must know before it builds providers; stands beside the factory of `forRootAsync`. */
export interface EventLogExtras {
  /**
   * Whether `POST {path}` is served. With `false`, events are logged by `EventLogService` alone, as in a worker or an
   * application context, and no keys are asked for.
   * @default true
   */
  route?: boolean;
  /**
   * Path of the route, below the host's global prefix and version.
   * @default 'events'
   */
  path?: string;
  /**
   * Where events are stored, e.g. `typeOrmStorage()`.
   * @default memory: events are lost on restart, and a warning at boot says so
   */
  storage?: EventStorage;
  /**
   * Where keys are looked up that are not among `apiKeys`, e.g. `typeOrmApiKeys()`.
   * @default nowhere
   */
  keyStore?: ApiKeyStorage;
  /**
   * Decorators of the host's own for the module's controllers, e.g. `[Public()]` where a global guard of the host asks for it.
   * @default none
   */
  decorators?: readonly ClassDecorator[];
  /**
   * Makes the exported providers available in every module of the host.
   * @default false
   */
  isGlobal?: boolean;
}
