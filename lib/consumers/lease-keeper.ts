import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { reasonOf } from '../diagnostics/reason-of.js';
import { RepeatedLines } from '../diagnostics/repeated-lines.js';
import type { ConsumerState } from '../storage/consumers/consumer-state.interface.js';
import type { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { BEAT_MS, DEAD_AFTER_MS, LOOK_MS, newHolder } from '../storage/consumers/lease-holder.js';
import { Bell } from '../timing/bell.js';
import { within } from '../timing/within.js';
import { Tenure } from './tenure.js';

const lines = new RepeatedLines((line) => logger.warn(line));

/** What is done with a lease; the lease is given back when it resolves, and must not be used any more. */
export type Work = (tenure: Tenure) => Promise<void>;

interface Candidate {
  readonly work: Work;
  tenure?: Tenure;
  done?: Promise<void>;
  /** Is seen unchanged since then. */
  seen?: { readonly state: ConsumerState; readonly since: number };
}

/**
 * Holds the leases of consumers for this instance, as many as it can get.
 *
 *     waiting ──(nobody holds it, or the holder's beat stands still)──▶ working
 *        ▲                                                              │ drain: it is paused, or this instance shuts down
 *        └─────────────(work is done, the lease is given back)──────────┤ end: the lease is lost, or not confirmed in time
 *
 * Times are measured by the clock that only this process sees and nobody can set.
 */
export class LeaseKeeper {
  readonly holder = newHolder();
  private readonly candidates = new Map<string, Candidate>();
  private readonly wakes = new Bell();
  private readonly closed = new AbortController();
  private isClosing = false;
  private hasUnreleased = false;
  private ticking?: Promise<void>;
  private looking?: Promise<void>;

  constructor(private readonly store: ConsumerStore) {}

  /** Works on a consumer whenever its lease is to be had. It must be in the store. */
  add(name: string, work: Work): void {
    this.candidates.set(name, { work });
    this.ticking ??= this.tickOn();
    this.wakes.ring();
  }

  /** Gives a consumer up, after what is in hand. */
  async remove(name: string): Promise<void> {
    const candidate = this.candidates.get(name);
    this.candidates.delete(name);
    candidate?.tenure?.drain();
    await candidate?.done;
  }

  /** Finishes what is in hand, gives up what takes longer than `ms` milliseconds, and gives all leases back. */
  async close(ms: number): Promise<void> {
    this.isClosing = true;
    for (const { tenure } of this.candidates.values()) tenure?.drain();
    // A lease may be given at this very moment.
    if (this.looking !== undefined) await within(BEAT_MS, this.looking).catch(() => undefined);
    const works = [...this.candidates.values()].filter(({ tenure }) => tenure !== undefined);
    const all = Promise.all(works.flatMap(({ done }) => done ?? []));
    await within(ms, all).catch(async () => {
      for (const { tenure } of works) tenure?.end('The host shuts down');
      await within(BEAT_MS, all).catch(() => undefined);
    });
    // Only now: what is in hand is under a lease that must be kept.
    this.closed.abort();
    await this.ticking;
  }

  private async tickOn(): Promise<void> {
    const { signal } = this.closed;
    while (!signal.aborted) {
      await this.tick();
      await this.wakes.wait(this.tenures.length > 0 ? BEAT_MS : LOOK_MS, signal);
    }
  }

  private async tick(): Promise<void> {
    try {
      this.looking ??= this.beatAndLook().finally(() => (this.looking = undefined));
      await within(BEAT_MS, this.looking);
    } catch (error) {
      lines.write('Leases can not be kept', LogLine.of('The leases of consumers can not be kept right now', error));
    }
  }

  /** Looks at the consumers only where it may see something new: a holder of all whose beat is taken knows enough. */
  private async beatAndLook(): Promise<void> {
    const at = performance.now();
    const working = this.tenures;
    const undisturbed = working.length === 0 ? 0 : await this.store.beat(this.holder);
    const isUndisturbed = undisturbed === working.length && !this.hasUnreleased;
    if (isUndisturbed) for (const tenure of working) tenure.confirm(at);
    if (isUndisturbed && working.length === this.candidates.size) return;
    for (const state of await this.store.find([...this.candidates.keys()])) await this.look(state, at);
    this.hasUnreleased = false;
  }

  private get tenures(): Tenure[] {
    return [...this.candidates.values()].flatMap(({ tenure }) => tenure ?? []);
  }

  private async look(state: ConsumerState, at: number): Promise<void> {
    const candidate = this.candidates.get(state.name);
    if (candidate === undefined) return;
    if (candidate.tenure !== undefined) return this.compare(candidate.tenure, state, at);
    // From when it had been read on, as the beat may have come while it was read; up to when this reading began.
    const since = isSame(candidate.seen?.state, state) ? candidate.seen!.since : performance.now();
    candidate.seen = { state, since };
    const isFree = state.holder === null || state.holder === this.holder || at - since >= DEAD_AFTER_MS;
    if (state.status === 'running' && isFree && !this.isClosing) await this.take(candidate, state, at);
  }

  private compare(tenure: Tenure, state: ConsumerState, at: number): void {
    if (state.term !== tenure.lease.term || state.holder === null) return tenure.end('The lease was taken away');
    tenure.confirm(at);
    if (state.status !== 'running') tenure.drain();
    if (state.retriesParked) tenure.requestRetry();
  }

  private async take(candidate: Candidate, state: ConsumerState, at: number): Promise<void> {
    const lease = await this.store.acquire(state, this.holder);
    if (lease === undefined) return;
    const fields = { consumer: state.name };
    logger.log(new LogLine('A consumer runs on this instance', fields, `The consumer '${state.name}' runs on this instance`));
    const tenure = new Tenure(state, lease, at);
    candidate.tenure = tenure;
    candidate.done = this.work(candidate, tenure);
    if (this.isClosing) tenure.drain();
  }

  private async work(candidate: Candidate, tenure: Tenure): Promise<void> {
    await candidate.work(tenure).catch((error: unknown) => {
      const [consumer, reason] = [tenure.lease.name, reasonOf(error)];
      const text = `The consumer '${consumer}' was given up: ${reason}`;
      lines.write('Work on a consumer failed', new LogLine('A consumer was given up', { consumer, reason }, text));
    });
    tenure.end('The work is done');
    await this.store.release(tenure.lease).catch(() => (this.hasUnreleased = true));
    candidate.tenure = candidate.seen = candidate.done = undefined;
  }
}

function isSame(a: ConsumerState | undefined, b: ConsumerState): boolean {
  return a?.term === b.term && a.beat === b.beat && a.holder === b.holder;
}
