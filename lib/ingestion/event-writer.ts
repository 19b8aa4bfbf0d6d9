import { type BeforeApplicationShutdown, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { EventLogSettings } from '../options/event-log-settings.js';
import { typeName } from '../options/checks/type-name.js';
import type { EventRecord } from '../events/event.interface.js';
import type { ParsedEvent } from '../events/event-parser.js';
import { EventRepository, type InsertOutcome } from '../storage/event.repository.js';

const MAX_BATCH_EVENTS = 1_000;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;
const RETRY_DELAYS_MS = [20, 100];
const SHUTDOWN_CHECK_MS = 10;

/** Of `answerTimeout`: after how much an event expires, and how often is looked; the rest is for sending the answer. */
const EXPIRY_SHARE = 0.9;
const EXPIRY_CHECK_SHARE = 0.05;
/** Of the time that is left, what one try gets: on another connection, a second one may succeed. */
const TRY_SHARE = 0.8;

interface Waiting extends ParsedEvent {
  expiresAt: number;
  resolve(outcome: InsertOutcome): void;
  reject(reason: unknown): void;
}

/**
 * Group commit: while one batch is being stored, the events that arrive wait and make up the next one. Each gets an
 * answer of its own, after the commit; none waits longer than `answerTimeout`, and what may wait is bounded.
 */
@Injectable()
export class EventWriter implements BeforeApplicationShutdown {
  private waiting: Waiting[] = [];
  private committing: Waiting[] = [];
  private draining = false;
  private expiry?: NodeJS.Timeout;
  private pendingEvents = 0;
  private pendingBytes = 0;

  constructor(
    private readonly repository: EventRepository,
    private readonly settings: EventLogSettings,
  ) {
    if (typeof repository?.insert === 'function') return;
    throw new TypeError(`Expected \`storage.repository\` to be an EventRepository with insert(), got ${typeName(repository)}.`);
  }

  /**
   * One promise an event; their answers were awaited for `waitedMs` before. Throws `ServiceUnavailableException`, and
   * takes none of them, when too much is waiting.
   */
  write(events: readonly ParsedEvent[], waitedMs = 0): Promise<InsertOutcome>[] {
    this.reserve(events);
    const expiresAt = performance.now() + this.settings.answerTimeout * EXPIRY_SHARE - waitedMs;
    const outcomes = events.map(
      ({ record, bytes }) =>
        new Promise<InsertOutcome>((resolve, reject) => this.waiting.push({ record, bytes, expiresAt, resolve, reject })),
    );
    this.expiry ??= setInterval(() => this.expire(), this.settings.answerTimeout * EXPIRY_CHECK_SHARE).unref();
    if (!this.draining) void this.drain();
    return outcomes;
  }

  /** Answers what was taken until now before the host closes its connections; what comes later is not waited for. */
  async beforeApplicationShutdown(): Promise<void> {
    const taken = new Set([...this.committing, ...this.waiting]);
    const isPending = () => [...this.committing, ...this.waiting].some((event) => taken.has(event));
    const deadline = performance.now() + this.settings.answerTimeout;
    while (isPending() && performance.now() < deadline) await delay(SHUTDOWN_CHECK_MS);
  }

  // Whatever its size, a call is taken when nothing is waiting: else it never could be.
  private reserve(events: readonly ParsedEvent[]): void {
    const bytes = events.reduce((sum, event) => sum + event.bytes, 0);
    const full =
      this.pendingEvents + events.length > this.settings.maxPendingEvents ||
      this.pendingBytes + bytes > this.settings.maxPendingBytes;
    if (full && this.pendingEvents > 0) {
      throw new ServiceUnavailableException('Too many events are waiting to be stored');
    }
    this.pendingEvents += events.length;
    this.pendingBytes += bytes;
  }

  private async drain(): Promise<void> {
    this.draining = true;
    // What arrives in the same turn of the event loop shares a commit, also where the store is synchronous.
    for (await nextTurn(); this.waiting.length > 0; await nextTurn()) {
      this.committing = this.nextBatch();
      await this.commit(this.committing);
      for (const { bytes } of this.committing) this.pendingBytes -= bytes;
      this.pendingEvents -= this.committing.length;
    }
    this.committing = [];
    this.draining = false;
  }

  private nextBatch(): Waiting[] {
    let bytes = 0;
    let size = 0;
    while (size < Math.min(this.waiting.length, MAX_BATCH_EVENTS)) {
      bytes += this.waiting[size].bytes;
      if (size > 0 && bytes > MAX_BATCH_BYTES) break;
      size++;
    }
    return this.waiting.splice(0, size);
  }

  // An event that the store chokes on must not fail its neighbours: the batch is halved until it stands alone.
  private async commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.insert(batch);
      batch.forEach(({ resolve }, index) => resolve(outcomes[index]));
    } catch (error) {
      if (batch.length === 1 || isUnavailable(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const half = batch.length >> 1;
      await this.commit(batch.slice(0, half));
      await this.commit(batch.slice(half));
    }
  }

  // A failure does not mean that nothing was stored: the ids are the same, so trying again is safe and finds out.
  private async insert(batch: readonly Waiting[]): Promise<InsertOutcome[]> {
    const records = batch.map(({ record }) => record);
    const deadline = Math.max(...batch.map(({ expiresAt }) => expiresAt));
    for (const retryDelay of RETRY_DELAYS_MS) {
      try {
        return await this.insertOnce(records, deadline);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        await delay(retryDelay);
      }
    }
    return this.insertOnce(records, deadline);
  }

  private async insertOnce(records: EventRecord[], deadline: number): Promise<InsertOutcome[]> {
    const left = deadline - performance.now();
    if (left <= 0) throw tooLate();
    const outcomes = await this.repository.insert(records, left * TRY_SHARE);
    if (outcomes?.length === records.length) return outcomes;
    throw new Error(`${this.repository.constructor.name}.insert() must resolve to one outcome an event`);
  }

  // Ends its own timer, as to set and clear one for each batch costs more than all else in here.
  private expire(): void {
    if (this.pendingEvents === 0) {
      clearInterval(this.expiry);
      this.expiry = undefined;
    }
    const now = performance.now();
    const isLate = ({ expiresAt }: Waiting) => expiresAt <= now;
    const late = this.waiting.filter(isLate);
    if (late.length > 0) this.waiting = this.waiting.filter((event) => !isLate(event));
    for (const { bytes } of late) this.pendingBytes -= bytes;
    this.pendingEvents -= late.length;
    for (const { reject } of [...late, ...this.committing.filter(isLate)]) reject(tooLate());
  }
}

function tooLate(): ServiceUnavailableException {
  return new ServiceUnavailableException('The store did not answer in time');
}

function isUnavailable(error: unknown): boolean {
  const { getStatus } = (error ?? {}) as { getStatus?: unknown };
  return typeof getStatus === 'function' && getStatus.call(error) === 503;
}
