import { ServiceUnavailableException } from '@nestjs/common';
import type { ParsedEvent } from '../events/event-parser.js';
import { Shares } from '../http/body/shares.js';
import type { EventLogSettings } from '../options/event-log-settings.js';
import type { InsertOutcome } from '../storage/event.repository.js';
import type { Deadline } from '../timing/deadline.js';

const MAX_BATCH_EVENTS = 1_000;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

/** An event that was taken and has no answer yet. */
export interface Pending extends ParsedEvent {
  readonly deadline: Deadline;
  /** Whose share it takes; none where the host's own code logged it. */
  readonly holder?: string;
  resolve(outcome: InsertOutcome): void;
  reject(reason: unknown): void;
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
  private events = 0;
  private bytes = 0;
  private readonly eventShares: Shares;
  private readonly byteShares: Shares;

  constructor(private readonly settings: EventLogSettings) {
    this.eventShares = new Shares(settings.maxPendingEvents);
    this.byteShares = new Shares(settings.maxPendingBytes);
  }

  get isEmpty(): boolean {
    return this.events === 0;
  }

  /** One promise an event. Throws `ServiceUnavailableException`, and takes none of them, when too much is waiting. */
  offer(events: readonly ParsedEvent[], deadline: Deadline, holder?: string): Promise<InsertOutcome>[] {
    this.reserve(events, holder);
    return events.map(
      ({ record, bytes, heldBytes, hasOwnId }) =>
        new Promise<InsertOutcome>((resolve, reject) => {
          this.waiting.push({ record, bytes, heldBytes, hasOwnId, deadline, holder, resolve, reject });
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
  private reserve(events: readonly ParsedEvent[], holder?: string): void {
    const bytes = heldBytesOf(events);
    if (!this.isEmpty) this.checkRoom(events.length, bytes, holder);
    this.count(events.length, bytes, holder);
  }

  private checkRoom(events: number, bytes: number, holder?: string): void {
    const { maxPendingEvents, maxPendingBytes } = this.settings;
    if (this.events + events > maxPendingEvents) throw full('maxPendingEvents');
    if (this.bytes + bytes > maxPendingBytes) throw full('maxPendingBytes');
    if (this.eventShares.excess(holder, events) > 0) throw full('maxPendingEvents', ' of one key, half of what may');
    if (this.byteShares.excess(holder, bytes) > 0) throw full('maxPendingBytes', ' of one key, half of what may');
  }

  private count(events: number, bytes: number, holder?: string): void {
    this.events += events;
    this.bytes += bytes;
    this.eventShares.add(holder, events);
    this.byteShares.add(holder, bytes);
  }

  private free(events: readonly Pending[]): void {
    for (const { heldBytes, holder } of events) this.count(-1, -heldBytes, holder);
  }
}

function full(limit: string, whose = ''): ServiceUnavailableException {
  return new ServiceUnavailableException(`Too many events are waiting to be stored${whose} (\`${limit}\`)`);
}

/** For an event whose deadline has passed. */
export function tooLate(): ServiceUnavailableException {
  return new ServiceUnavailableException('The store did not answer in time');
}

function heldBytesOf(events: readonly ParsedEvent[]): number {
  return events.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
}
