import { ServiceUnavailableException } from '@nestjs/common';
import { errorCode } from '../diagnostics/error-code.js';
import { logger } from '../diagnostics/logger.js';
import { storeError } from '../diagnostics/store-error.js';
import type { EventRecord } from '../events/event.interface.js';
import { typeName } from '../options/checks/type-name.js';
import type { EventRepository, InsertOutcome } from '../storage/event.repository.js';
import { within } from '../timing/within.js';
import { checkedOutcome } from './checked-outcome.js';
import type { Reachability } from './reachability.interface.js';

/** How long beyond its time an insert may take: a share of that time, as giving a connection up takes a moment too. */
const GRACE_SHARE = 0.1;
const MIN_GRACE_MS = 50;
/** How many inserts of a part in a row may be let go of; then its events are shed, and only one insert in so long is tried. */
const MAX_LET_GO = 4;
const PROBE_MS = 10_000;
/** The part of a store that has no parts. */
const WHOLE = '';

/**
 * The host's repository, taken at its word and no further: an insert that doesn't settle in its time is let go of, what it
 * resolves to is checked, and of its failures only 503 is passed on.
 */
export class BoundedRepository {
  private readonly current = new Set<{ readonly end: number; letGo(): void }>();
  /** Of the parts whose last inserts were let go of: how many, and the moment of `performance.now()` at which one is tried again. */
  private readonly hanging = new Map<string, { letGoOf: number; probeAt: number }>();
  private hasWarned = false;

  constructor(private readonly repository: EventRepository) {
    if (typeof repository?.insert === 'function') return;
    throw new TypeError(`Expected \`storage.repository\` to be an EventRepository with insert(), got ${typeName(repository)}.`);
  }

  /** Whether so many inserts into a part of the store hang that another one would only join them. */
  isStuck(part: string): boolean {
    const hanging = this.hanging.get(part);
    return hanging !== undefined && hanging.letGoOf >= MAX_LET_GO && performance.now() < hanging.probeAt;
  }

  /**
   * One insert at a time a part of the store, with events of that part. Rejects with `ServiceUnavailableException` where the store is
   * away, stuck or too slow.
   */
  async insert(part: string, events: EventRecord[], timeoutMs: number): Promise<InsertOutcome[]> {
    if (this.isStuck(part)) throw stuck();
    const { length } = events;
    try {
      // Copies, as some clients of databases add to what they are given, and it is tried again and answered.
      const given = events.map((event) => ({ ...event }));
      const outcomes = await this.bounded(part, this.repository.insert(given, timeoutMs), timeoutMs);
      const checked = Array.isArray(outcomes) && outcomes.length === length ? outcomes.map(checkedOutcome) : [undefined];
      if (checked.every((outcome) => outcome !== undefined)) return checked;
    } catch (error) {
      throw storeError(error, 'The store could not take the events');
    }
    throw new Error(
      `${this.name}.insert() must resolve to one outcome an event: { replayed: false }, { replayed: true, createdAt } with the time as it was given, { conflict: true } or { erased: true }`,
    );
  }

  /** Which part of the store takes an event. */
  partOf(event: EventRecord): string {
    return this.repository.partOf?.(event) ?? WHOLE;
  }

  /** Whether the store would take events; one part of many that is stuck does not count. Never rejects. */
  async reachability(timeoutMs: number): Promise<Reachability> {
    if (this.isStuck(WHOLE)) return { store: 'unreachable' };
    if (typeof this.repository.ping !== 'function') return { store: 'unknown' };
    try {
      await within(timeoutMs, Promise.resolve(this.repository.ping(timeoutMs)));
      return { store: 'reachable' };
    } catch (error) {
      return { store: 'unreachable', code: errorCode(error) };
    }
  }

  /** To be called now and then: a timer for each insert would cost more than all else about it. */
  letGoOfLate(): void {
    for (const insert of this.current) if (insert.end <= performance.now()) insert.letGo();
  }

  private bounded<T>(part: string, inserting: PromiseLike<T>, timeoutMs: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = performance.now() + timeoutMs + Math.max(timeoutMs * GRACE_SHARE, MIN_GRACE_MS);
      const current = { end, letGo: () => (this.current.delete(current), reject(this.noteLetGo(part))) };
      this.current.add(current);
      const settle = () => {
        // Late as it may be, that one settles shows that this part of the store goes on.
        this.hanging.delete(part);
        this.current.delete(current);
      };
      const settling = typeof inserting?.then === 'function' ? inserting : Promise.resolve(inserting);
      settling.then(
        (outcomes) => (settle(), resolve(outcomes)),
        (error) => (settle(), reject(error)),
      );
    });
  }

  private noteLetGo(part: string): ServiceUnavailableException {
    const letGoOf = (this.hanging.get(part)?.letGoOf ?? 0) + 1;
    this.hanging.set(part, { letGoOf, probeAt: performance.now() + PROBE_MS });
    if (!this.hasWarned) {
      logger.warn(`${this.name}.insert() does not settle within its timeoutMs, and is not waited for: let it give up by itself.`);
    }
    this.hasWarned = true;
    return stuck();
  }

  private get name(): string {
    return this.repository.constructor.name;
  }
}

function stuck(): ServiceUnavailableException {
  return new ServiceUnavailableException('The store does not answer');
}
