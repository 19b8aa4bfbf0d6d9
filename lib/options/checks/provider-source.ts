import type { FactoryProvider, Type } from '@nestjs/common';

/** How Nest builds a replaceable part: a class, or a factory with what it injects. Never an instance. */
export type ProviderSource<T> = Type<T> | Pick<FactoryProvider<T>, 'useFactory' | 'inject'>;

/** The part of a provider that says how to build it. Throws when `source` is neither a class nor a factory. */
export function providerOf<T>(source: ProviderSource<T>, option: string) {
  if (typeof source === 'function') return { useClass: source };
  if (typeof source?.useFactory === 'function') return { useFactory: source.useFactory, inject: source.inject ?? [] };
  throw new TypeError(
    `Expected \`${option}\` to be a class or { useFactory, inject }, got ${describe(source)}. Give the class itself, not an instance of it.`,
  );
}

/** Names a wrong value in the message of a configuration error: its type, never its content. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return typeof value;
  const name = value.constructor?.name;
  return name && name !== 'Object' ? `an instance of ${name}` : 'an object';
}
