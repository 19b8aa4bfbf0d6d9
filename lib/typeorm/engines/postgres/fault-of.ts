import { codeOf, isOwnMistake, NETWORK_FAULT } from '../driver-error.js';
import type { Fault } from '../fault.js';
import { OPEN_TRANSACTION } from '../open-transaction.js';
import { isAltered, isBusy, isPermanent, isStale, isUnprepared } from './error-codes.js';

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** Leans towards "later": servers and poolers have codes that nobody listed, and what is refused for good is lost. */
export function faultOf(error: unknown): Fault {
  const code = codeOf(error);
  if (code === OPEN_TRANSACTION || isAltered(code)) return 'altered';
  if (!SQLSTATE.test(code) || NETWORK_FAULT.test(code)) return isOfConnection(error, code) ? 'lost' : 'permanent';
  if (isStale(code)) return 'stale';
  if (isUnprepared(code) || isOutdatedPlan(error, code)) return 'unprepared';
  if (isBusy(code)) return 'busy';
  return isPermanent(code) ? 'permanent' : 'lost';
}

// Of the many that are 0A000 (feature_not_supported), the one that says "cached plan must not change result type", in the
// language of the server.
function isOutdatedPlan(error: unknown, code: string): boolean {
  const { routine, message } = error as { routine?: string; message?: string };
  return code === '0A000' && (routine === 'RevalidateCachedQuery' || /cached plan/i.test(message ?? ''));
}

// pg has no code for these.
function isOfConnection(error: unknown, code: string): boolean {
  if (code !== '') return !isOwnMistake(code);
  return /timeout|terminated|not queryable|after calling end|not connected/i.test((error as Error)?.message ?? '');
}
