import type { EventRecord } from '../../events/event.interface.js';
import type { EventRepository, InsertOutcome } from '../../storage/event.repository.js';
import { isUnavailable } from '../../diagnostics/status-of.js';
import { PATIENCE_MS } from './expectations.js';

/** Tries again where the store is too busy, e.g. after a deadlock, as it may be. */
export async function insertPatiently(
  repository: EventRepository,
  events: readonly EventRecord[],
  attempts = 5,
): Promise<InsertOutcome[]> {
  for (; ; attempts--) {
    try {
      return await repository.insert(events, PATIENCE_MS);
    } catch (error) {
      if (attempts === 1 || !isUnavailable(error)) throw error;
    }
  }
}
