import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { within } from '../timing/within.js';
import type { Deliverer, PlacedRecord } from './subscription.interface.js';
import type { Tenure } from './tenure.js';

/** What a try came to: handled, or failed with whatever was thrown. */
export type Outcome = { readonly isHandled: true } | { readonly isHandled: false; readonly error: unknown };

/**
 * Has records handled, if the lease is surely held. When the time is over, or the tenure ends, the signal aborts, and what has begun
 * is waited for once more as long: two batches at once are worse than a late one. What is handled late is handled.
 */
export async function attempt(
  subscription: Deliverer,
  part: readonly PlacedRecord[],
  attempts: number,
  tenure: Tenure,
): Promise<Outcome> {
  const { ended } = tenure;
  if (!tenure.isTrusted) tenure.end('The lease could not be kept');
  return ended.aborted ? { isHandled: false, error: ended.reason } : deliver(subscription, part, attempts, ended);
}

async function deliver(
  subscription: Deliverer,
  part: readonly PlacedRecord[],
  attempts: number,
  ended: AbortSignal,
): Promise<Outcome> {
  const { handleTimeout, name } = subscription;
  const controller = new AbortController();
  const end = () => controller.abort(ended.reason);
  const late = () => controller.abort(new Error(`The consumer '${name}' took longer than ${handleTimeout} ms`));
  const timer = setTimeout(late, handleTimeout);
  ended.addEventListener('abort', end);
  const records = part.map(({ record }) => record);
  const work = subscription.deliver(records, { signal: controller.signal, attempt: attempts, after: part[0].after });
  try {
    await Promise.race([work, aborted(controller.signal)]);
    return { isHandled: true };
  } catch (error) {
    return controller.signal.aborted
      ? outcomeOf(work, name, controller.signal.reason, handleTimeout)
      : { isHandled: false, error };
  } finally {
    clearTimeout(timer);
    ended.removeEventListener('abort', end);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

async function outcomeOf(work: Promise<unknown>, name: string, reason: unknown, ms: number): Promise<Outcome> {
  let isOver = false;
  const over = () => (isOver = true);
  work.then(over, over);
  try {
    await within(ms, work);
    return { isHandled: true };
  } catch {
    if (!isOver) {
      const text = `The consumer '${name}' works on though its signal has aborted, and may be called again beside it`;
      logger.warn(new LogLine('A consumer works on though its signal has aborted', { consumer: name }, text));
    }
    return { isHandled: false, error: reason };
  }
}
