import type { ModuleRef } from '@nestjs/core';

/** What some module of the host has had built; undefined where none has: then nothing of it may be there. */
export function providedIn<T>(modules: ModuleRef, token: abstract new () => T): T | undefined {
  try {
    return modules.get<T>(token, { strict: false });
  } catch {
    return undefined;
  }
}
