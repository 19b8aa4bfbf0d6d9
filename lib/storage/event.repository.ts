import type { EventRecord, StoredEvent } from '../events/event.interface.js';
import type { Durability } from './durability.interface.js';

/** What became of one event. */
export type InsertOutcome =
  /** It was new, and is stored. */
  | { replayed: false }
  /** It is stored since an earlier insert: the same content under the same id. `createdAt` is that of the stored one. */
  | { replayed: true; createdAt: string }
  /** Its id is taken in its project by an event with other content, which stays as it is. This one is dropped. */
  | { conflict: true }
  /** Its id was erased in its project on a person's request, see `EventEraser`. It is dropped. A store without eraser never says so. */
  | { erased: true };

/** Where events are stored: contract and injection token in one. `nestjs-event-log/testing` checks an implementation. */
export abstract class EventRepository {
  /**
   * Stores those events whose id is new in their project and leaves the others as they are, all or none. Resolves to
   * one outcome an event, in order, once they are durable. Ids are compared byte for byte, contents by `contentDigest`:
   * a stored event need not be loaded, and its `createdAt` is answered in UTC with milliseconds, as it was given.
   * Throw `ServiceUnavailableException` when the store can't be reached or is too busy; any other error is a bug.
   * After `timeoutMs` milliseconds, give up with it: nobody waits for the outcomes any more, but the next events do.
   */
  abstract insert(events: readonly EventRecord[], timeoutMs?: number): Promise<InsertOutcome[]>;

  /**
   * Which part of the store takes an event, where each may be away while the others take theirs, as shards do. An insert then has
   * events of one part, and inserts of several parts run at once. Without this method, one runs at a time, with all that came.
   */
  partOf?(event: EventRecord): string;

  /**
   * The event with an id of a project (null: of none). Only where a key that may read has sent another event with that id, to
   * name the fields that differ; without this method, none are named. One call runs at a time.
   */
  find?(id: string, projectId: string | null, timeoutMs?: number): Promise<StoredEvent | undefined>;

  /**
   * Resolves where an event could be stored right now, and throws where not. Change nothing: it is asked every few seconds by
   * health checks. After `timeoutMs` milliseconds nobody waits for it any more. Without this method, health checks tell nothing of
   * the store.
   */
  ping?(timeoutMs?: number): Promise<void>;

  /** What an event survives once it is stored, with the settings in force. Read at boot, after `onModuleInit()`. */
  durability?(): Promise<Durability>;
}
