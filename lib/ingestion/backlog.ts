import { ServiceUnavailableException } from '@nestjs/common';
import type { ParsedEvent } from '../events/event-parser.js';
import type { EventLogSettings } from '../options/event-log-settings.js';
import type { InsertOutcome } from '../storage/event.repository.js';
import type { Deadline } from '../timing/deadline.js';

const MAX_BATCH_EVENTS = 1_000;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

/** An event that was taken and has no answer yet. */
export interface Pending extends ParsedEvent {
  readonly deadline: Deadline;
  resolve(outcome: InsertOutcome): void;
  reject(reason: unknown): void;
}

/**
 * The events that wait for the store, and those that are with it: together `maxPendingEvents` and `maxPendingBytes` at most.
 * An event enters with `offer()`, goes to the store with `next()` and leaves with `release()`, or with `expire()` where its
 * turn came too late.
 */
export class Backlog {
  private waiting: Pending[] = [];
  private committing: readonly Pending[] = [];
  private events = 0;
  private bytes = 0;

  constructor(private readonly settings: EventLogSettings) {}

  get isEmpty(): boolean {
    return this.events === 0;
  }

  /** One promise an event. Throws `ServiceUnavailableException`, and takes none of them, when too much is waiting. */
  offer(events: readonly ParsedEvent[], deadline: Deadline): Promise<InsertOutcome>[] {
    this.reserve(events);
    return events.map(
      (event) => new Promise<InsertOutcome>((resolve, reject) => this.waiting.push({ ...event, deadline, resolve, reject })),
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

  /** Answers the events whose deadline has passed; of those that are with the store, the room is kept until it is done. */
  expire(): void {
    const now = performance.now();
    const isLate = ({ deadline }: Pending) => deadline.left(now) <= 0;
    const late = this.waiting.filter(isLate);
    if (late.length > 0) this.waiting = this.waiting.filter((event) => !isLate(event));
    this.free(late);
    for (const { reject } of [...late, ...this.committing.filter(isLate)]) reject(tooLate());
  }

  /** Every event that has no answer yet. */
  pending(): Pending[] {
    return [...this.committing, ...this.waiting];
  }

  // A call that is larger than the limit is accepted when nothing is waiting; otherwise it could never be.
  private reserve(events: readonly ParsedEvent[]): void {
    const { maxPendingEvents, maxPendingBytes } = this.settings;
    const bytes = heldBytesOf(events);
    const isFull = this.events + events.length > maxPendingEvents || this.bytes + bytes > maxPendingBytes;
    if (isFull && !this.isEmpty) throw new ServiceUnavailableException('Too many events are waiting to be stored');
    this.events += events.length;
    this.bytes += bytes;
  }

  private free(events: readonly Pending[]): void {
    this.events -= events.length;
    this.bytes -= heldBytesOf(events);
  }
}

/** For an event whose deadline has passed. */
export function tooLate(): ServiceUnavailableException {
  return new ServiceUnavailableException('The store did not answer in time');
}

function heldBytesOf(events: readonly ParsedEvent[]): number {
  return events.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
}
