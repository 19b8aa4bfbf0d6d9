import { ServiceUnavailableException } from '@nestjs/common';
import { codeOf } from '../engines/driver-error.js';

/** What a driver says of a refused statement can hold SQL and data, so only its code goes on. */
export async function failingPlainly<T>(
  what: string,
  isUnavailable: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError) throw error; // ours: of a position
    const code = codeOf(error) || undefined;
    if (isUnavailable(error)) {
      const cause = Object.assign(new Error(code ?? (error as Error).message), { code });
      throw new ServiceUnavailableException('The database is not available', { cause });
    }
    throw Object.assign(new Error(`The database refused to ${what}: ${code ?? (error as Error).name}`), { code });
  }
}
