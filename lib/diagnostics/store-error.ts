import { ServiceUnavailableException } from '@nestjs/common';
import { statusOf } from './status-of.js';

/**
 * What a store of the host's may say of its failure: 503, and nothing else. Clients of databases and clouds put the status
 * of their own server on errors, which Nest would send to the caller, text and all.
 */
export function storeError(error: unknown, message: string): unknown {
  const status = statusOf(error) ?? ownStatusOf(error);
  if (status === undefined) return error;
  if (status === 503) return new ServiceUnavailableException(message, { cause: causeOf(error) });
  return new Error(message, { cause: error });
}

/** What is behind an exception that only stands for a status: a driver's code says more than its text. */
export function causeOf(error: unknown): unknown {
  return (statusOf(error) !== undefined && (error as { cause?: unknown }).cause) || error;
}

function ownStatusOf(error: unknown): number | undefined {
  try {
    const { statusCode, getStatus } = (error ?? {}) as { statusCode?: unknown; getStatus?: unknown };
    if (statusCode === 503) return 503;
    return statusCode === undefined && getStatus === undefined ? undefined : 500;
  } catch {
    return 500;
  }
}
