import type { HealthReport } from './health-report.interface.js';
import type { HealthSettings } from './health-settings.js';

/** From what share of a limit on the queue is full: the next batch may be refused. */
const FULL_SHARE = 0.9;

/** What was found, with the code of what the store failed with, where it has one. */
type Found = Omit<HealthReport, 'status' | 'reasons'> & { readonly code?: string };

/** Why the event log counts as down, a sentence each; none where it is up. */
export function healthFaults(found: Found, settings: HealthSettings): string[] {
  return [...storeFaults(found, settings), ...waitingFaults(found, settings), ...consumerFaults(found, settings)];
}

function storeFaults({ store, code }: Found, { storeTimeout }: HealthSettings): string[] {
  if (store !== 'unreachable') return [];
  const cause = code === undefined ? '' : ` (${code})`;
  return [`The store does not take events, or does not say so within ${storeTimeout} ms${cause}.`];
}

function waitingFaults({ waiting }: Found, { waitTimeout }: HealthSettings): string[] {
  const { events, maxEvents, bytes, maxBytes, oldestSeconds } = waiting;
  const faults: string[] = [];
  if (events >= maxEvents * FULL_SHARE) faults.push(`${events} events wait for the store, of ${maxEvents} that may.`);
  if (bytes >= maxBytes * FULL_SHARE) faults.push(`${bytes} bytes of events wait for the store, of ${maxBytes} that may.`);
  if (oldestSeconds * 1_000 > waitTimeout) faults.push(`An event has waited for the store for ${oldestSeconds.toFixed(1)} s.`);
  return faults;
}

function consumerFaults({ consumers = [] }: Found, { maxConsumerLagSeconds }: HealthSettings): string[] {
  // One without a place in the feed is given nothing, however long.
  const isBehind = (lagSeconds: number | null) => (lagSeconds ?? Infinity) > maxConsumerLagSeconds;
  const behind = consumers.filter(({ status, lagSeconds }) => status !== 'paused' && isBehind(lagSeconds));
  return behind.map(({ name }) => `The consumer '${name}' is more than ${maxConsumerLagSeconds} s behind.`);
}
