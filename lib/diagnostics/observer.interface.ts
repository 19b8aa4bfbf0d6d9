import type { ServerResponse } from 'node:http';

/** An event that is to be stored, as far as an observer may know it. */
export interface ObservedEvent {
  readonly record: { readonly entityType: string };
  readonly bytes: number;
  /** What the observer has put on the events of one write. */
  readonly mark?: object;
}

export type ObservedOutcome = { readonly replayed: boolean } | { readonly conflict: true } | { readonly erased: true };

/**
 * Watches the work of the module. Its methods never throw what the work itself did not, and what takes a function calls it once,
 * at once.
 */
export interface Observer {
  /** Events are handed to the writer, in the context of who has sent them. `take` marks each of them. */
  write<T>(events: readonly ObservedEvent[], take: (mark: object | undefined) => Promise<T>[]): Promise<T>[];
  /** A batch of events goes to the store. */
  commit<T>(batch: readonly ObservedEvent[], store: () => Promise<T>): Promise<T>;
  /** What became of each event of a batch. */
  settled(batch: readonly ObservedEvent[], outcomes: readonly ObservedOutcome[]): void;
  /** Events that were taken, and are not stored. */
  lost(events: readonly ObservedEvent[], error: unknown): void;
  /** The store is asked for events. */
  read<T>(operation: string, read: () => Promise<T>): Promise<T>;
  /** A request has come in to a route of the module; a method that it does not serve is undefined. */
  request(response: ServerResponse, route: string, method: string | undefined): void;
  /** An event of a batch is refused, while its batch is answered with 200. */
  refusedInBatch(status: number): void;
}
