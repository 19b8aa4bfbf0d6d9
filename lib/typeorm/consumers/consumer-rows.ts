import type { ConsumerState, ConsumerStatus, ParkedEvent } from '../../storage/consumers/consumer-state.interface.js';
import type { TextRow } from '../engines/database.js';

export const CONSUMER_COLUMNS = [
  'name',
  'position',
  'status',
  'holder',
  'term',
  'beat',
  'attempts',
  'failing_since',
  'last_error',
  'moved_at',
  'retries_parked',
] as const;

export const PARKED_COLUMNS = [
  'consumer',
  'position',
  'after_position',
  'event_id',
  'project_id',
  'attempts',
  'error',
  'parked_at',
] as const;

/** The columns that are times. */
export const CONSUMER_TIMES: readonly string[] = ['failing_since', 'moved_at', 'parked_at'];

export function toConsumerState(row: TextRow): ConsumerState {
  return {
    name: row.name!,
    position: row.position!,
    status: row.status as ConsumerStatus,
    holder: row.holder,
    term: Number(row.term),
    beat: Number(row.beat),
    attempts: Number(row.attempts),
    failingSince: row.failing_since,
    lastError: row.last_error,
    movedAt: row.moved_at!,
    retriesParked: Number(row.retries_parked) !== 0,
  };
}

export function toParkedEvent(row: TextRow): ParkedEvent {
  return {
    consumer: row.consumer!,
    position: row.position!,
    after: row.after_position!,
    id: row.event_id!,
    projectId: row.project_id,
    attempts: Number(row.attempts),
    error: row.error!,
    parkedAt: row.parked_at!,
  };
}
