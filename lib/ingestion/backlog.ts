import { ServiceUnavailableException } from '@nestjs/common';
import type { EventRecord } from '../events/event.interface.js';
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
  /** The part of the store that takes it. */
  readonly part: string;
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
 * turn came too late. Each part of the store has a batch of its own.
 */
export class Backlog {
  private readonly waiting = new Map<string, Pending[]>();
  private readonly committing = new Map<string, readonly Pending[]>();
  private readonly room: EventRoom;

  /** `partOf` tells which part of the store takes an event. */
  constructor(
    settings: EventLogSettings,
    private readonly partOf: (event: EventRecord) => string,
  ) {
    this.room = new EventRoom(settings);
  }

  get isEmpty(): boolean {
    return this.room.isEmpty;
  }

  get now(): Waiting {
    const firsts = [...this.committing.values(), ...this.waiting.values()].map(([first]) => first.since);
    return { ...this.room.held, oldestMs: firsts.length === 0 ? 0 : performance.now() - Math.min(...firsts) };
  }

  /** One promise an event. Throws `ServiceUnavailableException`, and takes none of them, when too much is waiting. */
  offer(events: readonly ParsedEvent[], deadline: Deadline, holder?: string, mark?: object): Promise<InsertOutcome>[] {
    // Before room is taken for them, as the host's code may throw.
    const parts = events.map(({ record }) => this.partOf(record));
    this.room.reserve(events, holder);
    const since = performance.now();
    return events.map(
      ({ record, bytes, heldBytes, hasOwnId }, index) =>
        new Promise<InsertOutcome>((resolve, reject) => {
          const part = parts[index];
          this.waitingIn(part).push({ record, bytes, heldBytes, hasOwnId, deadline, since, holder, mark, part, resolve, reject });
        }),
    );
  }

  /** The parts of the store that events wait for. */
  get parts(): Iterable<string> {
    return this.waiting.keys();
  }

  /** The next events for a part of the store, a batch of the size that it takes well; empty where none wait. */
  next(part: string): readonly Pending[] {
    const waiting = this.waiting.get(part);
    if (waiting === undefined) return [];
    let bytes = 0;
    let size = 0;
    while (size < Math.min(waiting.length, MAX_BATCH_EVENTS)) {
      bytes += waiting[size].bytes;
      if (size > 0 && bytes > MAX_BATCH_BYTES) break;
      size++;
    }
    const batch = waiting.splice(0, size);
    if (waiting.length === 0) this.waiting.delete(part);
    this.committing.set(part, batch);
    return batch;
  }

  /** Makes room, once the events of `next()` have their answers. */
  release(part: string): void {
    this.free(this.committing.get(part)!);
    this.committing.delete(part);
  }

  /**
   * Answers the events whose deadline has passed; of those that are with the store, the room is kept until it is done. Returns
   * the others, which will not be stored.
   */
  expire(): readonly Pending[] {
    const now = performance.now();
    const isLate = ({ deadline }: Pending) => deadline.left(now) <= 0;
    const late: Pending[] = [];
    for (const [part, waiting] of this.waiting) {
      const lateHere = waiting.filter(isLate);
      if (lateHere.length === 0) continue;
      late.push(...lateHere);
      const inTime = waiting.filter((event) => !isLate(event));
      if (inTime.length > 0) this.waiting.set(part, inTime);
      else this.waiting.delete(part);
    }
    this.free(late);
    for (const { reject } of [...late, ...[...this.committing.values()].flat().filter(isLate)]) reject(tooLate());
    return late;
  }

  /** Every event that has no answer yet. */
  pending(): Pending[] {
    return [...this.committing.values(), ...this.waiting.values()].flat();
  }

  private waitingIn(part: string): Pending[] {
    let waiting = this.waiting.get(part);
    if (waiting === undefined) this.waiting.set(part, (waiting = []));
    return waiting;
  }

  private free(events: readonly Pending[]): void {
    for (const event of events) this.room.free(event, event.holder);
  }
}

/** For an event whose deadline has passed. */
export function tooLate(): ServiceUnavailableException {
  return new ServiceUnavailableException('The store did not answer in time');
}
