import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Observation } from '../diagnostics/observation.js';
import { isUnavailable } from '../diagnostics/status-of.js';
import type { ParsedEvent } from '../events/event-parser.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import { EventRepository, type InsertOutcome } from '../storage/event.repository.js';
import type { Deadline } from '../timing/deadline.js';
import { SharedTurns, type Turn } from '../timing/shared-turns.js';
import { until } from '../timing/until.js';
import { Backlog, type Pending, tooLate, type Waiting } from './backlog.js';
import { BoundedRepository } from './bounded-repository.js';
import type { Reachability } from './reachability.interface.js';
import { StoredEvents } from './stored-events.js';

const RETRY_DELAYS_MS = [20, 100];
/** Of the time that is left, what one try gets: on another connection, a second one may succeed. */
const TRY_SHARE = 0.8;
/** How often is looked for what is late, as a share of `answerTimeout`. */
const CHECK_SHARE = 0.05;

/** Injection token of the writer under which the modules that watch it see it. Nest tells its text where it is missing. */
export const EVENT_WRITER = Symbol(
  'EventLogModule.forRoot({ apiKeys, storage }), to be imported beside the module that watches it',
);

/**
 * Group commit: while one batch is being stored, the events that arrive wait and make up the next one. Each gets an
 * answer of its own, after the commit; none waits longer than its deadline, and what may wait is bounded. Where the store has
 * parts, each has its own batches, so that one which is away does not hold up the others.
 */
@Injectable()
export class EventWriter implements BeforeApplicationShutdown {
  private readonly backlog: Backlog;
  private readonly repository: BoundedRepository;
  private readonly turn: Turn;
  private readonly draining = new Set<string>();
  private checking?: NodeJS.Timeout;

  constructor(
    repository: EventRepository,
    private readonly settings: EventLogSettings,
    private readonly turns: SharedTurns,
    private readonly stored: StoredEvents,
    private readonly observation: Observation,
  ) {
    this.turn = turns.begin();
    this.repository = new BoundedRepository(repository);
    this.backlog = new Backlog(settings, (event) => this.repository.partOf(event));
  }

  /**
   * One promise an event. Throws `ServiceUnavailableException`, and takes none of them, when too much is waiting, in all or of
   * `holder`; the host's own code is none, and may have all the room.
   */
  write(events: readonly ParsedEvent[], deadline: Deadline, holder?: string): Promise<InsertOutcome>[] {
    const { observer } = this.observation;
    if (observer === undefined) return this.take(events, deadline, holder);
    return observer.write(events, (mark) => this.take(events, deadline, holder, mark));
  }

  /** What waits for the store right now. */
  get waiting(): Waiting {
    return this.backlog.now;
  }

  /** Whether the store would take events, asked within `timeoutMs` milliseconds. Never rejects. */
  reachability(timeoutMs: number): Promise<Reachability> {
    return this.repository.reachability(timeoutMs);
  }

  /** Answers what was taken until now before the host closes its connections; what comes later is not waited for. */
  async beforeApplicationShutdown(): Promise<void> {
    const taken = new Set(this.backlog.pending());
    await until(() => !this.backlog.pending().some((event) => taken.has(event)), this.settings.answerTimeout);
  }

  private take(events: readonly ParsedEvent[], deadline: Deadline, holder?: string, mark?: object): Promise<InsertOutcome>[] {
    const outcomes = this.backlog.offer(events, deadline, holder, mark);
    this.checking ??= setInterval(() => this.check(), this.settings.answerTimeout * CHECK_SHARE).unref();
    for (const part of this.backlog.parts) if (!this.draining.has(part)) void this.drain(part);
    return outcomes;
  }

  private async drain(part: string): Promise<void> {
    // The writer's own place among the works is that of the first part: most stores have one.
    const turn = this.draining.size === 0 ? this.turn : this.turns.begin();
    this.draining.add(part);
    // What arrives in the same turn of the event loop shares a commit, also where the store is synchronous.
    await turn.next();
    for (let batch = this.backlog.next(part); batch.length > 0; batch = this.backlog.next(part)) {
      await this.commit(batch);
      this.backlog.release(part);
      await turn.next();
    }
    this.draining.delete(part);
  }

  // An event that the store chokes on must not fail its neighbours: the batch is halved until it stands alone.
  private async commit(batch: readonly Pending[]): Promise<void> {
    const { observer } = this.observation;
    try {
      const given = await (observer === undefined ? this.insert(batch) : observer.commit(batch, () => this.insert(batch)));
      const outcomes = batch.map((event, index) => ownOutcome(event, given[index]));
      batch.forEach((event, index) => event.resolve(outcomes[index]));
      observer?.settled(batch, outcomes);
      if (this.stored.areWanted) this.stored.add(batch.filter((_, index) => isNew(outcomes[index])).map(({ record }) => record));
    } catch (error) {
      if (batch.length === 1 || isUnavailable(error)) {
        for (const { reject } of batch) reject(error);
        observer?.lost(batch, error);
        return;
      }
      const half = batch.length >> 1;
      await this.commit(batch.slice(0, half));
      await this.commit(batch.slice(half));
    }
  }

  // A failure does not mean that nothing was stored: the ids are the same, so trying again is safe and finds out.
  private async insert(batch: readonly Pending[]): Promise<InsertOutcome[]> {
    for (const retryDelay of RETRY_DELAYS_MS) {
      try {
        return await this.insertOnce(batch);
      } catch (error) {
        if (!isUnavailable(error) || this.repository.isStuck(batch[0].part)) throw error;
        await delay(retryDelay);
      }
    }
    return this.insertOnce(batch);
  }

  private insertOnce(batch: readonly Pending[]): Promise<InsertOutcome[]> {
    const now = performance.now();
    const { deadline } = batch.reduce((last, event) => (event.deadline.left(now) > last.deadline.left(now) ? event : last));
    if (deadline.left(now) <= 0) return Promise.reject(tooLate());
    return this.repository.insert(
      batch[0].part,
      batch.map(({ record }) => record),
      deadline.share(TRY_SHARE),
    );
  }

  // One timer for all: to set and clear one for each batch costs more than all else in here. It ends itself.
  private check(): void {
    if (this.backlog.isEmpty) {
      clearInterval(this.checking);
      this.checking = undefined;
    }
    const late = this.backlog.expire();
    if (late.length > 0) this.observation.observer?.lost(late, tooLate());
    this.repository.letGoOfLate();
  }
}

function isNew(outcome: InsertOutcome): boolean {
  return 'replayed' in outcome && !outcome.replayed;
}

// An id that was made here is known to nobody else: what is there under it, an insert has stored whose reply was lost. Of a
// caller's id that can't be told: it may have been sent before.
function ownOutcome({ hasOwnId }: Pending, outcome: InsertOutcome): InsertOutcome {
  return hasOwnId && 'replayed' in outcome ? { replayed: false } : outcome;
}
