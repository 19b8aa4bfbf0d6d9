import { type ConfigurableModuleAsyncOptions, type DynamicModule, Module } from '@nestjs/common';
import type { EventLogIntakeExtras } from './event-log-intake-extras.interface.js';
import { ConfigurableIntake } from './event-log-intake.module-definition.js';
import { checkedAsyncRegistration, checkedRegistration } from './options/checks/checked-registration.js';
import type { EventLogIntakeOptions } from './options/event-log-intake-options.interface.js';

/**
 * One more path that takes events, with keys, limits and entity types of its own, beside `EventLogModule`, which stores
 * them. Import it once for each path. A key of one intake is unknown in another one, and to `ApiKeyGuard` on routes of the host.
 */
@Module({})
export class EventLogIntakeModule {
  /**
   * The intake with these options and extras. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * imports: [
   *   EventLogModule.forRoot({ route: false, storage: typeOrmStorage() }),
   *   EventLogIntakeModule.register({ path: 'public/events', apiKeys: [page], entityTypes: ['search'] }),
   *   EventLogIntakeModule.register({ path: 'internal/events', apiKeys: [server] }),
   * ]
   * ```
   */
  static register(options: EventLogIntakeOptions & EventLogIntakeExtras): DynamicModule {
    checkedRegistration(options, 'EventLogIntakeModule.register({ path, apiKeys })');
    return { ...ConfigurableIntake.register(options), module: EventLogIntakeModule };
  }

  /** The intake with options from a factory, beside which the extras stand, as in `EventLogModule.forRootAsync()`. */
  static registerAsync(options: ConfigurableModuleAsyncOptions<EventLogIntakeOptions> & EventLogIntakeExtras): DynamicModule {
    checkedAsyncRegistration(options, 'EventLogIntakeModule.registerAsync');
    return { ...ConfigurableIntake.registerAsync(options), module: EventLogIntakeModule };
  }
}
