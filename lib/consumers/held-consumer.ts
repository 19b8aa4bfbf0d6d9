import { setTimeout as delay } from 'node:timers/promises';
import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { reasonOf } from '../diagnostics/reason-of.js';
import { RepeatedLines } from '../diagnostics/repeated-lines.js';
import { stackOf } from '../diagnostics/stack-of.js';
import type { ConsumerStore } from '../storage/consumers/consumer.store.js';
import type { FeedPosition } from '../storage/event-feed.js';
import { recordKey } from './record-key.js';
import type { PlacedRecord } from './subscription.interface.js';
import type { Tenure } from './tenure.js';

/** Between tries when the store can't be reached. */
const RETRY_MS = 1_000;

const lines = new RepeatedLines((line) => logger.warn(line));

/**
 * What the store is told of a consumer under its lease. It is told until it answers: what is handled must not be handled again for
 * want of a write. Where it answers that the lease is another's, the tenure ends.
 */
export class HeldConsumer {
  readonly name: string;
  private position: FeedPosition;
  private failures: number;
  private failingSince: string | null;

  constructor(
    private readonly store: ConsumerStore,
    private readonly tenure: Tenure,
  ) {
    const { name, position, attempts, failingSince } = tenure.state;
    this.name = name;
    this.position = position;
    this.failures = attempts;
    this.failingSince = failingSince;
  }

  /** How often what comes next has failed. */
  get attempts(): number {
    return this.failures;
  }

  /** What comes next is tried in another way, from one on. */
  countAnew(): void {
    this.failures = 0;
  }

  async move(position: FeedPosition): Promise<void> {
    if (position !== this.position) await this.setPosition(position);
  }

  /** What has failed works again, though nothing has come that the position could move past. */
  async recover(): Promise<void> {
    if (this.failingSince !== null) await this.setPosition(this.position);
  }

  /** Counts a failure of what comes after a position. */
  async fail(error: unknown, at: FeedPosition): Promise<void> {
    this.failures++;
    const lastError = await this.note(error, at);
    const text = `The consumer '${this.name}' failed, try ${this.failures}: ${lastError}`;
    const fields = { consumer: this.name, attempt: this.failures, reason: lastError };
    lines.write(`Tries of the consumer '${this.name}' have failed`, new LogLine('A consumer failed', fields, text));
  }

  async park({ record, after }: PlacedRecord, attempts: number, error: unknown): Promise<void> {
    const { id, projectId } = recordKey(record);
    const [lastError, parkedAt] = [reasonOf(error), new Date().toISOString()];
    const parked = { consumer: this.name, position: record.position, after, id, projectId, attempts, error: lastError, parkedAt };
    const text = `The consumer '${this.name}' has set an event aside after ${attempts} tries, see \`consumers parked\`: ${lastError}`;
    const fields = { consumer: this.name, attempt: attempts, reason: lastError };
    logger.warn(new LogLine('A consumer has set an event aside', fields, text), stackOf(error));
    await this.write(() => this.store.park(this.tenure.lease, parked));
  }

  /** Ends the tenure, too: nobody is given the lease until the consumer is resumed. */
  async stop(why: string, error: unknown, at = this.position): Promise<void> {
    const lastError = await this.note(error, at);
    const text = `The consumer '${this.name}' has stopped. ${why}: ${lastError}`;
    logger.error(new LogLine('A consumer has stopped', { consumer: this.name, reason: lastError }, text), stackOf(error));
    await this.write(() => this.store.change(this.name, { status: 'stopped' }));
    this.tenure.end('The consumer has stopped');
  }

  async waitForStore(error: unknown): Promise<void> {
    lines.write('Consumers wait for the store', LogLine.of('Consumers wait for the store', error));
    await delay(RETRY_MS);
  }

  /** The store forgets the failures, too. */
  private async setPosition(position: FeedPosition): Promise<void> {
    if (!(await this.write(() => this.store.move(this.tenure.lease, position)))) return;
    this.position = position;
    this.failures = 0;
    this.failingSince = null;
  }

  /** Moves to before what fails, where an operator finds it. */
  private async note(error: unknown, at: FeedPosition): Promise<string> {
    const { failures, failingSince } = this;
    await this.move(at);
    const lastError = reasonOf(error);
    this.failures = failures;
    this.failingSince = failingSince ?? new Date().toISOString();
    const failure = { attempts: this.failures, failingSince: this.failingSince, lastError };
    await this.write(() => this.store.fail(this.tenure.lease, failure));
    return lastError;
  }

  private async write(write: () => Promise<boolean>): Promise<boolean> {
    while (!this.tenure.ended.aborted) {
      try {
        const isHeld = await write();
        if (!isHeld) this.tenure.end('The lease was taken away');
        return isHeld;
      } catch (error) {
        await this.waitForStore(error);
      }
    }
    return false;
  }
}
