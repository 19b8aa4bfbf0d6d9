import { setTimeout as delay } from 'node:timers/promises';
import type { FeedTail } from '../feed/feed-tail.js';
import type { ConsumerStore } from '../storage/consumers/consumer.store.js';
import type { FeedPosition } from '../storage/event-feed.js';
import { Turns } from '../timing/turns.js';
import { attempt } from './attempt.js';
import { type Batch, BatchReader } from './batch-reader.js';
import { HeldConsumer } from './held-consumer.js';
import { retryParked } from './parked-events.js';
import type { PlacedRecord, Subscription } from './subscription.interface.js';
import type { Tenure } from './tenure.js';

/** How long the position may lag behind what nobody wanted, which is read again after a crash. */
const UNWANTED_MS = 5_000;

/**
 * Has a subscription handle what the feed gives, from its position on, while the lease is held.
 *
 *     read ──▶ handle ──▶ move the position ──▶ read …
 *               │  ▲
 *               ▼  │ after a pause, `maxAttempts` times
 *             failed ──▶ halves, once each, until one event stands alone ──▶ parked, or the consumer stops
 */
export class ConsumerRun {
  private readonly reader: BatchReader;
  private readonly held: HeldConsumer;
  /** How many are handled at once; fewer while what fails is looked for. */
  private size: number;
  private handledTo: FeedPosition;
  private unwantedSince = performance.now();

  constructor(
    private readonly subscription: Subscription,
    private readonly tail: FeedTail,
    private readonly store: ConsumerStore,
    private readonly tenure: Tenure,
  ) {
    const { position } = tenure.state;
    this.reader = new BatchReader(tail, subscription, position);
    this.held = new HeldConsumer(store, tenure);
    // It has stopped at what comes next, and was resumed: not for one more try.
    if (this.held.attempts >= subscription.retry.maxAttempts) this.held.countAnew();
    this.size = subscription.batchSize;
    this.handledTo = position;
  }

  /** Resolves when the tenure is drained or has ended, which it has when the consumer stops. */
  async run(): Promise<void> {
    const { held, store, subscription, tail, tenure } = this;
    const { drained } = tenure;
    const turns = new Turns();
    while (!drained.aborted) {
      // A store and a consumer that are synchronous, as SQLite is, would leave no turn to requests, nor to the beats of the lease.
      if (turns.isLong) await turns.next();
      try {
        if (tenure.takeRetryRequest()) await retryParked(subscription, tail.feed, store, held, tenure);
        await this.take(await this.reader.next(drained));
      } catch (error) {
        // The feed throws nothing else for a position of a log that is gone, as after a restore.
        if (error instanceof RangeError) await held.stop('Its position is none of this feed: reset it', error);
        else await held.waitForStore(error);
      }
    }
    await held.move(this.handledTo);
  }

  private async take({ records, end }: Batch): Promise<void> {
    for (let done = 0; done < records.length;) {
      if (this.tenure.drained.aborted) return;
      const part = records.slice(done, done + this.size);
      if (!(await this.handle(part))) continue;
      done += part.length;
      this.handledTo = done < records.length ? part[part.length - 1].record.position : end;
      await this.held.move(this.handledTo);
    }
    this.handledTo = end;
    if (records.length > 0) this.unwantedSince = performance.now();
    if (performance.now() - this.unwantedSince < UNWANTED_MS) return;
    await this.held.move(end);
    this.unwantedSince = performance.now();
  }

  /** Whether these are done with: handled, or parked. Else fewer at once are to be tried, or nothing any more. */
  private async handle(part: readonly PlacedRecord[]): Promise<boolean> {
    const { halves, onFailure } = this.subscription.retry;
    const failure = await this.failureOf(part);
    if (failure === undefined) {
      this.size = Math.min(this.size * 2, this.subscription.batchSize);
      return true;
    }
    if (this.tenure.drained.aborted) return false;
    if (halves && part.length > 1) {
      this.size = Math.ceil(part.length / 2);
      this.held.countAnew();
      return false;
    }
    if (onFailure === 'park') await this.held.park(part[0], this.held.attempts, failure.error);
    else await this.held.stop('Resume it, or skip what comes next', failure.error, part[0].after);
    return onFailure === 'park';
  }

  /** Tries as often as the policy says. Undefined: they are handled. */
  private async failureOf(part: readonly PlacedRecord[]): Promise<{ error: unknown } | undefined> {
    const { retry, batchSize } = this.subscription;
    const maxAttempts = this.size < batchSize && part.length > 1 ? 1 : retry.maxAttempts;
    const { tenure, held } = this;
    for (;;) {
      const outcome = await attempt(this.subscription, part, held.attempts + 1, tenure);
      if (outcome.isHandled) return undefined;
      this.handledTo = part[0].after;
      if (!tenure.ended.aborted) await held.fail(outcome.error, this.handledTo);
      if (tenure.drained.aborted || held.attempts >= maxAttempts || retry.isFinal?.(outcome.error)) return outcome;
      await delay(retry.pauseAfter(held.attempts), undefined, { signal: tenure.drained }).catch(() => undefined);
      if (tenure.drained.aborted) return outcome;
    }
  }
}
