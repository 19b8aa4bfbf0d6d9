import { ServiceUnavailableException } from '@nestjs/common';
import type { ParsedEvent } from '../events/event-parser.js';
import type { EventLogSettings } from '../options/event-log-settings.js';
import type { InsertOutcome } from '../storage/event.repository.js';
import type { Deadline } from '../timing/deadline.js';
import { EventRoom } from './event-room.js';

const MAX_BATCH_EVENTS = 1_000;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

/** An event that was taken and has no answer yet. */
export interface Pending extends ParsedEvent {
  readonly deadline: Deadline;
  /** When it was taken, a moment of `performance.now()`. */
  readonly since: number;
  /** Whose share it takes; none where the host's own code logged it. */
  readonly holder?: string;
  /** That of the observer, if there is one. */
  readonly mark?: object;
  resolve(outcome: InsertOutcome): void;
  reject(reason: unknown): void;
}

/** What waits for the store at a moment, with what is with it. */
export interface Waiting {
  readonly events: number;
  readonly bytes: number;
  /** For how many milliseconds the oldest one has waited. 0: none waits. */
  readonly oldestMs: number;
}

/**
 * The events that wait for the store, and those that are with it: together `maxPendingEvents` and `maxPendingBytes` at most,
 * and half of that of one holder.
 * An event enters with `offer()`, goes to the store with `next()` and leaves with `release()`, or with `expire()` where its
 * turn came too late.
 */
export class Backlog {
  private waiting: Pending[] = [];
  private committing: readonly Pending[] = [];
  private readonly room: EventRoom;

  constructor(settings: EventLogSettings) {
    this.room = new EventRoom(settings);
  }

  get isEmpty(): boolean {
    return this.room.isEmpty;
  }

  get now(): Waiting {
    const oldest = this.committing[0] ?? this.waiting[0];
    return { ...this.room.held, oldestMs: oldest === undefined ? 0 : performance.now() - oldest.since };
  }

  /** One promise an event. Throws `ServiceUnavailableException`, and takes none of them, when too much is waiting. */
  offer(events: readonly ParsedEvent[], deadline: Deadline, holder?: string, mark?: object): Promise<InsertOutcome>[] {
    this.room.reserve(events, holder);
    const since = performance.now();
    return events.map(
      ({ record, bytes, heldBytes, hasOwnId }) =>
        new Promise<InsertOutcome>((resolve, reject) => {
          this.waiting.push({ record, bytes, heldBytes, hasOwnId, deadline, since, holder, mark, resolve, reject });
        }),
    );
  }

  /** The next events for the store, a batch of the size that it takes well; empty where none wait. */
  next(): readonly Pending[] {
    let bytes = 0;
    let size = 0;
    while (size < Math.min(this.waiting.length, MAX_BATCH_EVENTS)) {
      bytes += this.waiting[size].bytes;
      if (size > 0 && bytes > MAX_BATCH_BYTES) break;
      size++;
    }
    this.committing = this.waiting.splice(0, size);
    return this.committing;
  }

  /** Makes room, once the events of `next()` have their answers. */
  release(): void {
    this.free(this.committing);
    this.committing = [];
  }

  /**
   * Answers the events whose deadline has passed; of those that are with the store, the room is kept until it is done. Returns
   * the others, which will not be stored.
   */
  expire(): readonly Pending[] {
    const now = performance.now();
    const isLate = ({ deadline }: Pending) => deadline.left(now) <= 0;
    const late = this.waiting.filter(isLate);
    if (late.length > 0) this.waiting = this.waiting.filter((event) => !isLate(event));
    this.free(late);
    for (const { reject } of [...late, ...this.committing.filter(isLate)]) reject(tooLate());
    return late;
  }

  /** Every event that has no answer yet. */
  pending(): Pending[] {
    return [...this.committing, ...this.waiting];
  }

  private free(events: readonly Pending[]): void {
    for (const event of events) this.room.free(event, event.holder);
  }
}

/** For an event whose deadline has passed. */
export function tooLate(): ServiceUnavailableException {
  return new ServiceUnavailableException('The store did not answer in time');
}
