import { causeOf } from './store-error.js';

const CODE = /^[A-Z0-9_]{1,64}$/;

/**
 * The code of an error, or of what is behind its status: a SQLSTATE, or a name of a driver or of Node. Undefined where nothing looks
 * like one.
 */
export function errorCode(error: unknown): string | undefined {
  try {
    const { code } = causeOf(error) as { code?: unknown };
    return typeof code === 'string' && CODE.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
