import { ConfigurableModuleBuilder, type DynamicModule, type Provider } from '@nestjs/common';
import { apiKeyProviders } from './auth/api-key-providers.js';
import type { EventLogIntakeExtras } from './event-log-intake-extras.interface.js';
import { SHARED_SETTINGS } from './event-log-options.token.js';
import { EntityTypeRegistry } from './events/entity-types/entity-type.registry.js';
import { EntityTypeSelection } from './events/entity-types/entity-type.selection.js';
import { EventParser } from './events/event-parser.js';
import { mountedController } from './http/mounted-controller.js';
import { OwnRoutesModule } from './http/own-routes.module.js';
import { EventsController } from './ingestion/events.controller.js';
import { INTAKES } from './ingestion/intakes.js';
import { openApiProvider } from './openapi/open-api.provider.js';
import type { EventLogIntakeOptions } from './options/event-log-intake-options.interface.js';
import { EventLogSettings } from './options/event-log-settings.js';
import { inIntake } from './options/in-intake.js';
import { IntakeSettings } from './options/intake-settings.js';
import { REQUEST_CHECKS } from './request-checks.js';

const INTAKE_OPTIONS = Symbol('EVENT_LOG:INTAKE_OPTIONS');
const NO_EXTRAS: EventLogIntakeExtras = { path: undefined as never, keyStore: undefined, decorators: undefined };

export const { ConfigurableModuleClass: ConfigurableIntake } = new ConfigurableModuleBuilder<EventLogIntakeOptions>({
  moduleName: 'EventLogIntake',
  optionsInjectionToken: INTAKE_OPTIONS,
})
  .setExtras<EventLogIntakeExtras>(NO_EXTRAS, toDynamicModule)
  .build();

// What requests are checked by is provided anew, so that it gets the settings of this module; all else is the one of the core.
function toDynamicModule(definition: DynamicModule, { path, keyStore, decorators }: EventLogIntakeExtras): DynamicModule {
  const name = nameOf(path);
  const controller = mountedController(EventsController, path, decorators, `${name}Controller`);
  return {
    ...definition,
    controllers: [controller],
    imports: [...(definition.imports ?? []), ...(keyStore?.imports ?? []), OwnRoutesModule],
    providers: [
      ...(definition.providers ?? []),
      settingsProvider(path),
      ...apiKeyProviders(keyStore),
      ...REQUEST_CHECKS,
      ...parserProviders(path),
      ...INTAKES,
      openApiProvider(controller, name, EntityTypeSelection),
    ],
    exports: keyStore?.providers ?? [],
  };
}

/** What the intake is called in the host's OpenAPI document: `PublicEvents` of `public/events`. */
function nameOf(path: string): string {
  // What such names may hold is kept, as 'public-events' may stand beside 'public/events'.
  const words = String(path).match(/[\w.-]+/g) ?? [];
  return words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
}

function settingsProvider(path: string): Provider {
  return {
    provide: EventLogSettings,
    useFactory: (options: EventLogIntakeOptions, shared: EventLogSettings) =>
      inIntake(path, () => new IntakeSettings(shared, options, path, Object.keys(NO_EXTRAS))),
    inject: [INTAKE_OPTIONS, SHARED_SETTINGS],
  };
}

function parserProviders(path: string): Provider[] {
  return [
    {
      provide: EntityTypeSelection,
      useFactory: (all: EntityTypeRegistry, { entityTypes }: IntakeSettings) =>
        new EntityTypeSelection(all, entityTypes, `\`entityTypes\` of the intake '${path}'`),
      inject: [EntityTypeRegistry, EventLogSettings],
    },
    {
      provide: EventParser,
      useFactory: (entityTypes: EntityTypeSelection, { maxBodyBytes }: IntakeSettings) =>
        new EventParser(entityTypes, maxBodyBytes),
      inject: [EntityTypeSelection, EventLogSettings],
    },
  ];
}
