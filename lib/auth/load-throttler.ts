import type { ModuleRef } from '@nestjs/core';
import type { ThrottlerStorage } from '@nestjs/throttler';

/** What is used of @nestjs/throttler and of the host's `ThrottlerModule`. */
export interface Throttler {
  storage: ThrottlerStorage;
  normalizeIp: (typeof import('@nestjs/throttler'))['normalizeIp'];
}

/** Loads the package only where a limit is set, as it is an optional peer. Throws an error that names package and fix. */
export async function loadThrottler(moduleRef: ModuleRef): Promise<Throttler> {
  try {
    const { getStorageToken, normalizeIp } = await import('@nestjs/throttler');
    const storage = moduleRef.get<ThrottlerStorage>(getStorageToken(), { strict: false });
    return { storage, normalizeIp };
  } catch {
    const fix = 'install @nestjs/throttler, 6.7 or later, and import ThrottlerModule.forRoot() in the host';
    throw new Error(`EventLogModule counts requests for \`rateLimit\` in the storage of ThrottlerModule: ${fix}.`);
  }
}
