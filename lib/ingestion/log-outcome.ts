import { ConflictingEventException } from '../events/conflicting-event.exception.js';
import { ErasedEventException } from '../events/erased-event.exception.js';
import type { ContractEvent, EventRecord, StoredEvent } from '../events/event.interface.js';
import { storedEvent } from '../events/stored-event.js';
import type { InsertOutcome } from '../storage/event.repository.js';

/** What became of an event that was logged. */
export interface LogOutcome<Event = ContractEvent> {
  /** The event as it is stored, since this call or since an earlier one with the same `id`. */
  event: Event;
  /** Whether it was stored before: the same event was sent again, and nothing was changed. */
  replayed: boolean;
}

/**
 * Made of what was sent: of the stored event, a replay tells only when it happened. Throws `ConflictingEventException` and
 * `ErasedEventException`.
 */
export function logOutcome(record: EventRecord, outcome: InsertOutcome): LogOutcome<StoredEvent> {
  if ('conflict' in outcome) throw new ConflictingEventException();
  if ('erased' in outcome) throw new ErasedEventException();
  const event = storedEvent(record);
  return outcome.replayed ? { event: { ...event, createdAt: outcome.createdAt }, replayed: true } : { event, replayed: false };
}
