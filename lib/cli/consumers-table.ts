import type { ConsumerReport } from '../consumers/consumer-report.interface.js';
import type { ParkedEvent } from '../storage/consumers/consumer-state.interface.js';
import { textTable } from './text-table.js';

/** Consumers for people, a line each. */
export function consumersTable(consumers: readonly ConsumerReport[]): string {
  const head = ['NAME', 'STATUS', 'EVENTS BEHIND', 'SECONDS', 'PARKED', 'TRIES', 'NEXT EVENT', 'HOLDER', 'LAST ERROR'];
  return textTable([head, ...consumers.map(rowOf)]);
}

/** Parked events for people, a line each. */
export function parkedTable(events: readonly ParkedEvent[]): string {
  const head = ['ID', 'PROJECT', 'TRIES', 'PARKED', 'ERROR'];
  return textTable([
    head,
    ...events.map(({ id, projectId, attempts, parkedAt, error }) => [id, projectId ?? '-', String(attempts), parkedAt, error]),
  ]);
}

function rowOf({
  name,
  status,
  lagEvents,
  lagSeconds,
  parkedEvents,
  attempts,
  next,
  holder,
  lastError,
}: ConsumerReport): string[] {
  const lag = [lagEvents, lagSeconds].map((value) => (value === null ? '?' : String(Math.round(value))));
  return [name, status, ...lag, String(parkedEvents), String(attempts), next?.id ?? '-', holder ?? '-', lastError ?? '-'];
}
