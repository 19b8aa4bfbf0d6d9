import type { FactoryProvider, Type } from '@nestjs/common';
import { typeName } from './type-name.js';

/** How Nest builds a replaceable part: a class, or a factory with what it injects. Never an instance. */
export type ProviderSource<T> = Type<T> | Pick<FactoryProvider<T>, 'useFactory' | 'inject'>;

/** The part of a provider that says how to build it. Throws when `source` is neither a class nor a factory. */
export function providerOf<T>(source: ProviderSource<T>, option: string) {
  if (typeof source === 'function') return { useClass: source };
  if (typeof source?.useFactory === 'function') return { useFactory: source.useFactory, inject: source.inject ?? [] };
  throw new TypeError(
    `Expected \`${option}\` to be a class or { useFactory, inject }, got ${typeName(source)}. Give the class itself, not an instance of it.`,
  );
}
