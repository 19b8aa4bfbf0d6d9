import type { EventRecord } from '../events/event.interface.js';
import type { Durability } from './durability.interface.js';

/** What became of one event. */
export interface InsertOutcome {
  /** The event as it stands in the store. */
  event: EventRecord;
  /** Whether it was there before, under the same id in the same project; the new one was then dropped. */
  replayed: boolean;
}

/** Where events are stored: contract and injection token in one. `nestjs-event-log/testing` checks an implementation. */
export abstract class EventRepository {
  /**
   * Stores those events whose id is new in their project and leaves the others as they are, all or none. Resolves to
   * one outcome an event, in order, once they are durable. Ids are compared byte for byte.
   * Throw `ServiceUnavailableException` when the store can't be reached or is too busy; any other error is a bug.
   * After `timeoutMs` milliseconds, give up with it: nobody waits for the outcomes any more, but the next events do.
   */
  abstract insert(events: readonly EventRecord[], timeoutMs?: number): Promise<InsertOutcome[]>;

  /** What an event survives once it is stored, with the settings in force. Read at boot, after `onModuleInit()`. */
  durability?(): Promise<Durability>;
}
