import type { ModuleMetadata, Provider } from '@nestjs/common';
import { providerOf, type ProviderSource } from '../options/checks/provider-source.js';
import { typeName } from '../options/checks/type-name.js';
import { EventRepository } from './event.repository.js';

/** A store for the `storage` extra: the class of the repository, and the modules that it needs. */
export interface EventStorage {
  /** The store, as a class that Nest builds or a factory; Nest calls its `onModuleInit()` and the like, if it has them. */
  repository: ProviderSource<EventRepository>;
  /** The modules whose providers the class or the factory injects. */
  imports?: ModuleMetadata['imports'];
}

export function repositoryProvider(storage: EventStorage): Provider {
  if (typeof storage !== 'object' || storage === null || !('repository' in storage)) {
    throw new TypeError(
      `Expected \`storage\` to be { repository, imports? }, such as typeOrmStorage(), got ${typeName(storage)}.${fixFor(storage)}`,
    );
  }
  return { provide: EventRepository, ...providerOf(storage.repository, 'storage.repository') };
}

function fixFor(storage: unknown): string {
  if (storage instanceof EventRepository) return ' Give its class: { repository: TheClass }.';
  if (typeof storage !== 'function') return '';
  const isRepository = storage.prototype instanceof EventRepository;
  return isRepository ? ` Write { repository: ${storage.name} }.` : ` Call it: ${storage.name}().`;
}
