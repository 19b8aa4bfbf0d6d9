import { ConfigurableModuleBuilder, type DynamicModule, type Provider } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ApiKeyStore, checkedStore, KEY_STORE, type KeyStore, keyStoreProvider } from './auth/api-key.store.js';
import { InMemoryApiKeyStore } from './auth/configured-api-key.store.js';
import type { EventLogExtras, EventLogOptions } from './options/event-log-options.interface.js';
import { EventsController } from './ingestion/events.controller.js';
import { describe } from './options/checks/provider-source.js';
import { repositoryProvider } from './storage/event.repository.js';

/** By these names Nest tells extras from options. */
const NO_EXTRAS: Record<keyof EventLogExtras, undefined> = {
  path: undefined,
  storage: undefined,
  keyStore: undefined,
  controller: undefined,
  isGlobal: undefined,
};

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<EventLogOptions>({
  moduleName: 'EventLog',
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventLogOptions')
  .setExtras<EventLogExtras>(NO_EXTRAS, toDynamicModule)
  .build();

function toDynamicModule(definition: DynamicModule, extras: EventLogExtras): DynamicModule {
  const { path = 'events', controller = EventsController, storage, keyStore, isGlobal = false } = extras;
  if (typeof path !== 'string') throw new TypeError(`Expected \`path\` to be a string, got ${describe(path)}.`);
  if (controller !== EventsController && !(controller?.prototype instanceof EventsController)) {
    throw new TypeError(`Expected \`controller\` to be a class that extends EventsController, got ${describe(controller)}.`);
  }
  return {
    ...definition,
    global: isGlobal,
    controllers: [controller],
    imports: [
      ...(definition.imports ?? []),
      ...(storage?.imports ?? []),
      ...(keyStore?.imports ?? []),
      RouterModule.register([{ path, module: definition.module }]),
    ],
    providers: [
      ...(definition.providers ?? []),
      ...(storage === undefined ? [] : [repositoryProvider(storage)]),
      ...(keyStore === undefined ? [] : keyProviders(keyStore)),
    ],
    exports: [...(definition.exports ?? []), ...(keyStore?.providers ?? [])],
  };
}

function keyProviders(keyStore: KeyStore): Provider[] {
  return [
    keyStoreProvider(keyStore),
    {
      provide: ApiKeyStore,
      useFactory: (options: EventLogOptions, store: ApiKeyStore) =>
        new InMemoryApiKeyStore(options?.apiKeys, checkedStore(store)),
      inject: [MODULE_OPTIONS_TOKEN, KEY_STORE],
    },
    ...(keyStore.providers ?? []),
  ];
}
