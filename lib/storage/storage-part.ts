import type { Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { providerOf, type ProviderSource } from '../options/checks/provider-source.js';

/** Builds a part of the store, once, when a module first asks for it: who reads nothing pays for no reader. */
export type BuildPart<T> = () => Promise<T>;

/** Provides a `BuildPart`, or `undefined` where the store has no such part. */
export function partProvider<T>(token: symbol, source: ProviderSource<T> | undefined, option: string): Provider {
  if (source === undefined) return { provide: token, useValue: undefined };
  const { useClass, useFactory: build, inject } = providerOf(source, option);
  if (useClass !== undefined) {
    return { provide: token, useFactory: (modules: ModuleRef) => once(() => modules.create(useClass)), inject: [ModuleRef] };
  }
  return { provide: token, useFactory: (...injected: unknown[]) => once(async () => build(...injected)), inject };
}

/** Provides a part of the store under its class, to modules that can't do without it: where there is none, boot fails with `missing`. */
export function neededPart<T>(part: abstract new () => T, token: symbol, missing: string): Provider {
  return {
    provide: part,
    useFactory: (build?: BuildPart<T>) => {
      if (build !== undefined) return build();
      throw new Error(`The \`storage\` of EventLogModule has no ${missing}, as typeOrmStorage() does.`);
    },
    inject: [token],
  };
}

function once<T>(build: () => Promise<T>): BuildPart<T> {
  let built: Promise<T> | undefined;
  return () => (built ??= build());
}
