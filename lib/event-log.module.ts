import { type ConfigurableModuleAsyncOptions, type DynamicModule, Inject, Module, Optional, type Type } from '@nestjs/common';
import type { EventLogExtras } from './event-log-extras.interface.js';
import { EventLogFeatureModule } from './event-log-feature.module.js';
import { ConfigurableModuleClass } from './event-log.module-definition.js';
import type { EventDto } from './events/entity-types/event.dto.js';
import { checkedAsyncRegistration, checkedRegistration } from './options/checks/checked-registration.js';
import type { EventLogOptions } from './options/event-log-options.interface.js';
import { EventLogSettings } from './options/event-log-settings.js';

/** Logs events, and mounts `POST /events` in a NestJS application. Import it once, with `forRoot()` or `forRootAsync()`. */
@Module({})
export class EventLogModule extends ConfigurableModuleClass {
  constructor(@Inject(EventLogSettings) @Optional() settings?: object) {
    super();
    if (settings !== undefined) return;
    throw new Error(
      'EventLogModule needs options: import EventLogModule.forRoot({ apiKeys, storage }) or EventLogModule.forRootAsync(…) instead of EventLogModule.',
    );
  }

  /**
   * The module with these options and extras. Throws, or refuses to boot, where one is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * EventLogModule.forRoot({
   *   apiKeys: [{ id: 'docs', key: process.env.EVENT_LOG_KEY, kind: 'api' }],
   *   storage: typeOrmStorage(),
   * });
   * ```
   */
  static override forRoot(options: EventLogOptions & Partial<EventLogExtras>): DynamicModule {
    return super.forRoot(checkedRegistration(options, 'EventLogModule.forRoot({ apiKeys, storage })'));
  }

  /**
   * The module with options from a factory (`useFactory`, `useClass` or `useExisting`). The extras, of which Nest must know
   * before it runs a factory, stand beside it.
   *
   * @example
   * ```ts
   * EventLogModule.forRootAsync({
   *   imports: [ConfigModule],
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({
   *     apiKeys: [{ id: 'docs', key: config.getOrThrow('EVENT_LOG_KEY'), kind: 'api' }],
   *   }),
   *   storage: typeOrmStorage(),
   * });
   * ```
   */
  static override forRootAsync(
    options: ConfigurableModuleAsyncOptions<EventLogOptions, 'createEventLogOptions'> & Partial<EventLogExtras>,
  ): DynamicModule {
    return super.forRootAsync(checkedAsyncRegistration(options, 'EventLogModule.forRootAsync'));
  }

  /**
   * Adds entity types of a feature, in any module of the host and in any order of imports. A class that can be none, or that has
   * the name of another one, refuses to boot.
   *
   * @example
   * ```ts
   * @Module({ imports: [EventLogModule.forFeature([OrderEventDto])] })
   * export class OrdersModule {}
   * ```
   */
  static forFeature(entityTypes: readonly Type<EventDto>[]): DynamicModule {
    return EventLogFeatureModule.register(entityTypes);
  }
}
