import { Injectable } from '@nestjs/common';
import { ConflictingEventException } from '../events/conflicting-event.exception.js';
import { contentDifferences } from '../events/content-differences.js';
import type { EventRecord } from '../events/event.interface.js';
import type { FieldError } from '../events/validation/field-error.interface.js';
import { EventRepository } from '../storage/event.repository.js';
import type { Deadline } from '../timing/deadline.js';

/** How many may wait for their turn; each holds an event in memory. */
const MAX_WAITING = 8;
/** Nobody waits longer for pointers, which the answer can do without. */
const MAX_WAIT_MS = 1_000;

/**
 * Names the fields in which an event differs from the stored one with its id, for keys that may read that. It loads the
 * stored event, so it does that for one request at a time.
 */
@Injectable()
export class ConflictReport {
  private waiting = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly repository: EventRepository) {}

  /** What to throw for an event whose id is taken. Without pointers where the store can't tell in time. */
  async exceptionFor(sent: EventRecord, deadline: Deadline): Promise<ConflictingEventException> {
    if (typeof this.repository.find !== 'function' || this.waiting >= MAX_WAITING) return new ConflictingEventException();
    const finding = this.turn.then(() => this.differences(sent, Math.min(deadline.left(), MAX_WAIT_MS)));
    this.turn = finding.catch(() => undefined);
    this.waiting++;
    void this.turn.then(() => this.waiting--);
    const errors = await deadline.within(finding, MAX_WAIT_MS).catch(() => []);
    return new ConflictingEventException(errors.length > 0 ? errors : undefined);
  }

  private async differences(sent: EventRecord, timeoutMs: number): Promise<FieldError[]> {
    if (timeoutMs <= 0) return [];
    const stored = await this.repository.find?.(sent.id, sent.projectId, timeoutMs);
    return stored ? contentDifferences(sent, stored) : [];
  }
}
