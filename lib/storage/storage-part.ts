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

function once<T>(build: () => Promise<T>): BuildPart<T> {
  let built: Promise<T> | undefined;
  return () => (built ??= build());
}
