import { setTimeout as delay } from 'node:timers/promises';
import { HttpException } from '@nestjs/common';
import { HeldConsumer } from '../../consumers/held-consumer.js';
import { retryParked } from '../../consumers/parked-events.js';
import type { Deliverer } from '../../consumers/subscription.interface.js';
import type { Tenure } from '../../consumers/tenure.js';
import type { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import type { EventFeed, FeedPosition } from '../../storage/event-feed.js';
import type { ClickHouse } from '../clickhouse.js';
import { clickHouseReason, isRefusedRow } from '../clickhouse-error.js';
import { migrate } from '../schema/migrate.js';
import { fulfilWishes } from '../schema/schema-wishes.js';
import { applyRecords } from './copied-records.js';
import { type CopiedBatch, CopyProgress } from './copy-progress.js';
import { type FeedBatch, nextBatch, readAgain } from './feed-batch.js';

const BATCH_SIZE = 10_000;
/** From the begin of one batch to that of the next, once the feed has ended: each is a part of the table, to be merged. */
const INTERVAL_MS = 1_000;
/** How often it is written down that there is nothing new. */
const IDLE_MS = 5_000;
const MAX_PAUSE_MS = 30_000;
const RETRY_TIMEOUT_MS = 60_000;
const EPOCH = new Date(0).toISOString();

/**
 * Copies what the feed gives, from where the copy ends, while the lease is held.
 *
 *     read ──▶ write its bounds down ──▶ insert it as one block, with a token ──▶ read …
 *                      ▲                     │
 *                      └─ halves ◀─ refused ─┴─ anything else: the same again, after a pause
 *
 * The next batch is read while one is inserted; unless all went well, it is read once more. Killed anywhere, it begins with the
 * batch that was written down last: sent again, the server knows it by its token.
 */
export class CopyRun {
  private readonly held: HeldConsumer;
  private readonly progress: CopyProgress;
  private readonly parkedRecords: Deliverer;
  private size = BATCH_SIZE;
  private isOpen = false;
  private last?: CopiedBatch;
  /** Of what was sent last to be written down. */
  private number = 0;
  /** Whether `last` is in the copy. */
  private isApplied = true;
  private position: FeedPosition;
  private asOf = 0;
  /** What follows the batch that is being copied. */
  private ahead?: Promise<FeedBatch>;

  constructor(
    private readonly clickHouse: ClickHouse,
    private readonly feed: EventFeed,
    private readonly store: ConsumerStore,
    private readonly tenure: Tenure,
  ) {
    const { name, position } = tenure.state;
    this.held = new HeldConsumer(store, tenure);
    this.progress = new CopyProgress(clickHouse);
    this.position = position;
    this.parkedRecords = {
      name,
      handleTimeout: RETRY_TIMEOUT_MS,
      deliver: (records, { after, signal }) => applyRecords(clickHouse, records, `parked ${after}`, signal).catch(rethrow),
    };
  }

  /** Resolves when the tenure is drained or has ended. */
  async run(): Promise<void> {
    const { drained } = this.tenure;
    while (!drained.aborted) {
      const next = performance.now() + INTERVAL_MS;
      const hasMore = await this.step().catch((error: unknown) => this.failed(error));
      const pause = next - performance.now();
      if (!hasMore && pause > 0) await delay(pause, undefined, { signal: drained }).catch(() => undefined);
    }
    await this.dropAhead();
  }

  /** Whether more is there already. */
  private async step(): Promise<boolean> {
    if (!this.isOpen) await this.open();
    if (this.tenure.takeRetryRequest()) {
      await retryParked(this.parkedRecords, this.feed, this.store, this.held, this.tenure);
    }
    if (!this.isApplied) {
      await this.dropAhead();
      return this.applyLast();
    }
    const batch = await (this.ahead ?? this.read(this.position));
    this.ahead = undefined;
    if (batch.endedAt === undefined) this.readAhead(batch.until);
    if (batch.records.length > 0) await this.copy(batch);
    else await this.rest(batch);
    return batch.endedAt === undefined;
  }

  private read(after: FeedPosition): Promise<FeedBatch> {
    return nextBatch(this.feed, after, this.size, this.tenure.drained);
  }

  private readAhead(after: FeedPosition): void {
    if (this.tenure.drained.aborted) return;
    this.ahead = this.read(after);
    // A failure is told where the batch is asked for, if it still is.
    this.ahead.catch(() => undefined);
  }

  /** Waits for what is being read, too: the store may be closed next. */
  private async dropAhead(): Promise<void> {
    await this.ahead?.catch(() => undefined);
    this.ahead = undefined;
  }

  private async open(): Promise<void> {
    await migrate(this.clickHouse);
    await fulfilWishes(this.clickHouse);
    this.last = await this.progress.last();
    this.isApplied = this.last === undefined;
    this.number = Math.max(this.number, this.last?.number ?? 0);
    this.position = this.last?.after ?? (await this.feed.start('beginning'));
    this.asOf = this.last?.asOf ?? 0;
    this.isOpen = true;
  }

  /** Applies the batch that was written down before; of one with a row that was refused, a part of it. */
  private async applyLast(): Promise<boolean> {
    const { after, until } = this.last!;
    const records = await readAgain(this.feed, this.last!);
    if (records.length <= this.size) await this.apply({ records, until });
    else await this.copy({ records: records.slice(0, this.size), until: records[this.size - 1].position }, after);
    return true;
  }

  private async copy(batch: FeedBatch, after = this.position): Promise<void> {
    await this.writeDown(batch.records.length, after, batch.until);
    this.isApplied = false;
    await this.apply(batch);
  }

  private async apply({ records, until, endedAt }: FeedBatch): Promise<void> {
    const { after } = this.last!;
    this.checkLease();
    try {
      await applyRecords(this.clickHouse, records, `${after} ${until}`, this.tenure.ended);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      if (records.length > 1) return this.narrow(records.length);
      await this.held.park({ record: records[0], after }, this.held.attempts + 1, toldOf(error));
      await this.writeDown(0, until, until);
    }
    this.isApplied = true;
    this.position = until;
    this.size = Math.min(this.size * 2, BATCH_SIZE);
    this.asOf = Math.max(this.asOf, endedAt ?? Date.parse(records.at(-1)?.receivedAt ?? EPOCH));
    await this.held.move(until);
  }

  /** None of them was stored, as a block with a value that can't be is refused whole. */
  private narrow(records: number): void {
    this.size = Math.ceil(records / 2);
  }

  /** Writes down from when on there is nothing new, for those who read. */
  private async rest({ endedAt = this.asOf, until }: FeedBatch): Promise<void> {
    const isKnown = this.last?.events === 0 && endedAt - this.last.asOf < IDLE_MS;
    this.asOf = Math.max(this.asOf, endedAt);
    this.position = until;
    if (isKnown) return;
    await this.writeDown(0, until, until);
    // Not before something was written: where ClickHouse can only be read, what fails would count as a first try each time.
    await this.held.recover();
  }

  private async writeDown(events: number, after: FeedPosition, until: FeedPosition): Promise<void> {
    this.checkLease();
    // What was given up may still arrive: by the same number, and so the same token, it would stand in place of this one.
    this.number++;
    const batch = {
      number: this.number,
      term: this.tenure.lease.term,
      after,
      until,
      events,
      asOf: this.asOf,
      writtenAt: Date.now(),
    };
    await this.progress.write(batch, this.tenure.ended);
    this.last = batch;
  }

  // Else another instance may copy by now.
  private checkLease(): void {
    if (!this.tenure.isTrusted) this.tenure.end('The lease could not be kept');
    this.tenure.ended.throwIfAborted();
  }

  /** The same is tried again for ever: an outage is nobody's event's fault. */
  private async failed(error: unknown): Promise<boolean> {
    this.isOpen = false;
    await this.dropAhead();
    if (this.tenure.ended.aborted) return false;
    if (error instanceof RangeError) {
      await this.held.stop('Its position is none of this feed: drop the database of the copy, and it begins anew', error);
      return false;
    }
    await this.held.fail(toldOf(error), this.isApplied ? this.position : (this.last?.after ?? this.position));
    const pause = Math.min(INTERVAL_MS * 2 ** (this.held.attempts - 1), MAX_PAUSE_MS);
    await delay(pause, undefined, { signal: this.tenure.drained }).catch(() => undefined);
    return false;
  }
}

function rethrow(error: unknown): never {
  throw toldOf(error);
}

/** Without what ClickHouse says, which may hold values of events. What the log's own store says is told as it is. */
function toldOf(error: unknown): Error {
  return error instanceof HttpException ? error : new Error(`ClickHouse: ${clickHouseReason(error)}`);
}
