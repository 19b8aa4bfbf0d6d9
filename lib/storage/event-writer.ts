import { type BeforeApplicationShutdown, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { EventLogSettings } from '../event-log-settings.js';
import { describe } from '../provider-source.js';
import type { EventRecord } from '../events/event.interface.js';
import type { ParsedEvent } from '../events/event-parser.js';
import { EventRepository, type InsertOutcome } from './event.repository.js';

const MAX_BATCH_EVENTS = 1_000;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;
const RETRY_DELAYS_MS = [20, 100];
const ANSWER_WITHIN_MS = 4_500;
const EXPIRY_CHECK_MS = 250;

interface Waiting extends ParsedEvent {
  expiresAt: number;
  resolve(outcome: InsertOutcome): void;
  reject(reason: unknown): void;
}

/**
 * Group commit: while one batch is being stored, the events that arrive wait and make up the next one. Each gets an
 * answer of its own, after the commit; none waits longer than 5 s, and what may wait is bounded.
 */
@Injectable()
export class EventWriter implements BeforeApplicationShutdown {
  private readonly waiting: Waiting[] = [];
  private committing: Waiting[] = [];
  private draining = false;
  private pendingEvents = 0;
  private pendingBytes = 0;
  private readonly onIdle: (() => void)[] = [];

  constructor(
    private readonly repository: EventRepository,
    private readonly settings: EventLogSettings,
  ) {
    if (typeof repository?.insert === 'function') return;
    throw new TypeError(`Expected \`storage.repository\` to be an EventRepository with insert(), got ${describe(repository)}.`);
  }

  /** One promise an event. Throws `ServiceUnavailableException`, and takes none of them, when too much is waiting. */
  write(events: readonly ParsedEvent[]): Promise<InsertOutcome>[] {
    this.reserve(events);
    const expiresAt = performance.now() + ANSWER_WITHIN_MS;
    const outcomes = events.map(
      ({ record, bytes }) =>
        new Promise<InsertOutcome>((resolve, reject) => this.waiting.push({ record, bytes, expiresAt, resolve, reject })),
    );
    if (!this.draining) void this.drain();
    return outcomes;
  }

  /** Answers everything that is in flight before the host closes its connections. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.pendingEvents === 0) return;
    const idle = new Promise<void>((resolve) => this.onIdle.push(resolve));
    await Promise.race([idle, delay(ANSWER_WITHIN_MS + EXPIRY_CHECK_MS, undefined, { ref: false })]);
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
    const expiry = setInterval(() => this.expire(), EXPIRY_CHECK_MS);
    // What arrives in the same turn of the event loop shares a commit, also where the store is synchronous.
    for (await nextTurn(); this.waiting.length > 0; await nextTurn()) {
      this.committing = this.nextBatch();
      await this.commit(this.committing);
      for (const { bytes } of this.committing) this.pendingBytes -= bytes;
      this.pendingEvents -= this.committing.length;
    }
    this.committing = [];
    this.draining = false;
    clearInterval(expiry);
    for (const resolve of this.onIdle.splice(0)) resolve();
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
      const outcomes = await this.insert(batch.map(({ record }) => record));
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
  private async insert(records: EventRecord[]): Promise<InsertOutcome[]> {
    for (const retryDelay of RETRY_DELAYS_MS) {
      try {
        return await this.insertOnce(records);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        await delay(retryDelay);
      }
    }
    return this.insertOnce(records);
  }

  private async insertOnce(records: EventRecord[]): Promise<InsertOutcome[]> {
    const outcomes = await this.repository.insert(records);
    if (outcomes?.length === records.length) return outcomes;
    throw new Error(`${this.repository.constructor.name}.insert() must resolve to one outcome an event`);
  }

  private expire(): void {
    const now = performance.now();
    const late = (event: Waiting) => event.expiresAt <= now;
    const reason = new ServiceUnavailableException('The store did not answer in time');
    for (const event of this.committing) if (late(event)) event.reject(reason);
    while (this.waiting.length > 0 && late(this.waiting[0])) {
      const event = this.waiting.shift()!;
      this.pendingEvents--;
      this.pendingBytes -= event.bytes;
      event.reject(reason);
    }
  }
}

function isUnavailable(error: unknown): boolean {
  const { getStatus } = (error ?? {}) as { getStatus?: unknown };
  return typeof getStatus === 'function' && getStatus.call(error) === 503;
}
