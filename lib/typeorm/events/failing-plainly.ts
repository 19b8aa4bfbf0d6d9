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
    if (isUnavailable(error)) {
      const cause = new Error(codeOf(error) || (error as Error).message);
      throw new ServiceUnavailableException('The database is not available', { cause });
    }
    throw new Error(`The database refused to ${what}: ${codeOf(error) || (error as Error).name}`);
  }
}
