import { codeOf, isOwnMistake } from '../driver-error.js';
import type { Fault } from '../fault.js';
import { OPEN_TRANSACTION } from '../open-transaction.js';
import { isAltered, isBusy, isPermanent, isStale, isUnprepared } from './error-codes.js';

/** Leans towards "later": servers and proxies have codes that nobody listed, and what is refused for good is lost. */
export function faultOf(error: unknown): Fault {
  if (codeOf(error) === OPEN_TRANSACTION) return 'altered';
  const { errno, sqlState } = (error ?? {}) as { errno?: unknown; sqlState?: unknown };
  // Node's numbers are negative.
  if (typeof errno !== 'number' || errno < 1000) return isOfConnection(error) ? 'lost' : 'permanent';
  if (isAltered(errno)) return 'altered';
  if (isStale(errno)) return 'stale';
  if (isUnprepared(errno)) return 'unprepared';
  if (isBusy(errno)) return 'busy';
  return isPermanent(errno, String(sqlState ?? '')) ? 'permanent' : 'lost';
}

// mysql2 and TypeORM have no code for these.
function isOfConnection(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== '') return !isOwnMistake(code);
  return /pool is closed|not connected|not established|closed state|packets? out of order/i.test((error as Error)?.message ?? '');
}
