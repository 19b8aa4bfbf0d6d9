import { setTimeout as delay } from 'node:timers/promises';
import type { ApiKey } from '../auth/api-key.interface.js';
import { isUnavailable } from '../diagnostics/status-of.js';
import type { ParsedEvent } from '../events/event-parser.js';
import type { EventLogSettings } from '../options/event-log-settings.js';
import type { InsertOutcome } from '../storage/event.repository.js';
import { Deadline } from '../timing/deadline.js';
import type { Turn } from '../timing/shared-turns.js';
import type { Batch } from './batch.interface.js';
import { tooLate } from './backlog.js';
import type { BatchAnswer } from './batch-answer.js';
import type { EventIntake } from './event-intake.js';
import type { EventWriter } from './event-writer.js';
import type { EventContext } from './hooks/event-context.interface.js';
import { notStored } from './not-stored.js';

/** What a batch writes at once: more would hold the event loop for longer, and hardly be faster. */
const MAX_CHUNK_BYTES = 512 * 1024;
/** What it takes at most of the room for pending events, so that it goes through whatever its size. */
const CHUNK_SHARE = 1 / 16;
/** Of the time that is left, what hooks get for a chunk: where one hangs on an event, the others must still be stored. */
const HOOKS_SHARE = 0.5;
/** How long a batch that is stored in part waits before it asks again for room. */
const ROOM_CHECK_MS = 10;

/** Where a batch comes from, and by when it is answered. */
export interface BatchSender {
  readonly apiKey: ApiKey;
  readonly context: EventContext;
  readonly holder: string;
  readonly deadline: Deadline;
}

interface Item {
  readonly index: number;
  readonly event: ParsedEvent;
}

/**
 * One batch on its way into the store: its items are checked in slices of time and written in chunks, of which one is checked
 * while the one before it is stored.
 */
export class BatchStoring {
  private chunk: Item[] = [];
  private chunkBytes = 0;
  private storing: Promise<unknown> | undefined;
  private isReached = false;
  private unavailable?: Error;

  constructor(
    private readonly intake: EventIntake,
    private readonly writer: EventWriter,
    private readonly settings: EventLogSettings,
    private readonly sender: BatchSender,
    private readonly answer: BatchAnswer,
    private readonly turn: Turn,
  ) {}

  /** Throws 503 where none of the items that could be stored was; all else is in the answer. */
  async store(batch: Batch): Promise<void> {
    for (let index = 0; index < batch.items.length; index++) {
      if (this.turn.isLong) await this.turn.next();
      this.check(batch, index);
      if (this.isChunkFull) await this.write();
    }
    await this.write();
    await this.storing;
    if (this.unavailable !== undefined && !this.isReached) throw this.unavailable;
  }

  private check(batch: Batch, index: number): void {
    try {
      if (this.sender.deadline.left() <= 0) throw notStored(tooLate());
      const event = batch.parse(batch.items[index], this.sender.apiKey);
      this.chunk.push({ index, event });
      this.chunkBytes += event.heldBytes;
    } catch (error) {
      this.refuse(index, error);
    }
    batch.items[index] = undefined;
  }

  private get isChunkFull(): boolean {
    const { maxPendingEvents, maxPendingBytes } = this.settings;
    const maxBytes = Math.min(MAX_CHUNK_BYTES, maxPendingBytes * CHUNK_SHARE);
    return this.chunk.length >= maxPendingEvents * CHUNK_SHARE || this.chunkBytes >= maxBytes;
  }

  private async write(): Promise<void> {
    const checked = this.chunk;
    this.chunk = [];
    this.chunkBytes = 0;
    const chunk = this.intake.hasHooks ? await this.applyHooks(checked) : checked;
    await this.storing;
    if (chunk.length === 0) return;
    const inserting = await this.offer(chunk);
    this.storing = Promise.all(chunk.map((item, position) => this.settle(item, inserting[position])));
  }

  /** Those that the host's hooks let pass, as they make them. */
  private async applyHooks(chunk: readonly Item[]): Promise<Item[]> {
    const { context, holder } = this.sender;
    const deadline = new Deadline(this.sender.deadline.share(HOOKS_SHARE));
    const passed = await Promise.all(
      chunk.map(async ({ index, event }) => {
        try {
          return { index, event: await this.intake.applyHooks(event, context, deadline, holder) };
        } catch (error) {
          this.answer.refuse(index, error);
          return [];
        }
      }),
    );
    return passed.flat();
  }

  /** Waits for room where a part of the batch is stored already: who sends it would have to send the rest again. */
  private async offer(chunk: readonly Item[]): Promise<Promise<InsertOutcome>[]> {
    const { deadline, holder } = this.sender;
    const events = chunk.map(({ event }) => event);
    for (;;) {
      try {
        return this.writer.write(events, deadline, holder);
      } catch (error) {
        if (!this.isReached) throw notStored(error);
        if (deadline.left() <= ROOM_CHECK_MS) return events.map(() => Promise.reject(error));
        await delay(ROOM_CHECK_MS);
      }
    }
  }

  private async settle({ index, event: { record } }: Item, inserting: Promise<InsertOutcome>): Promise<void> {
    const { apiKey, deadline } = this.sender;
    try {
      const { replayed } = await this.intake.acknowledge(record, inserting, apiKey, deadline);
      this.isReached = true;
      this.answer.accept(index, record.id, replayed);
    } catch (error) {
      this.isReached ||= !isUnavailable(error);
      this.refuse(index, error);
    }
  }

  private refuse(index: number, error: unknown): void {
    if (isUnavailable(error)) this.unavailable ??= error as Error;
    this.answer.refuse(index, error);
  }
}
