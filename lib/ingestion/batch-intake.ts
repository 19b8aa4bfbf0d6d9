import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { AuthenticatedRequest } from '../auth/authenticated-request.interface.js';
import { holderOf } from '../auth/holder-of.js';
import { RateLimiter } from '../auth/rate-limiter.js';
import { type Upload, UploadBudget } from '../http/body/upload-budget.js';
import { rawRequest } from '../http/http-request.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import { SharedTurns } from '../timing/shared-turns.js';
import { deadlineOf } from '../timing/request-deadline.js';
import type { Batch } from './batch.interface.js';
import type { BatchAnswer } from './batch-answer.js';
import { BatchReader } from './batch-reader.js';
import { BatchStoring } from './batch-storing.js';
import { EventIntake } from './event-intake.js';
import { EventWriter } from './event-writer.js';
import { eventContextOf } from './hooks/event-context.js';

/** How many events of a batch count as one request. */
const EVENTS_A_REQUEST = 100;

/** Takes the events in the body of a request that the guards let pass. */
@Injectable()
export class BatchIntake {
  constructor(
    private readonly reader: BatchReader,
    private readonly uploads: UploadBudget,
    private readonly rateLimiter: RateLimiter,
    private readonly intake: EventIntake,
    private readonly writer: EventWriter,
    private readonly turns: SharedTurns,
    private readonly settings: EventLogSettings,
  ) {}

  /** Gathers in `answer` what becomes of each event. Throws what is to be answered instead of it. */
  take(request: AuthenticatedRequest, response: object, answer: BatchAnswer): Promise<void> {
    return this.takeFrom(request, response, answer, (raw, room) => this.reader.read(raw, room));
  }

  /** The same for a beacon. */
  takeBeacon(request: AuthenticatedRequest, response: object, answer: BatchAnswer): Promise<void> {
    return this.takeFrom(request, response, answer, (raw, room) => this.reader.readBeacon(raw, room));
  }

  private async takeFrom(
    request: AuthenticatedRequest,
    response: object,
    answer: BatchAnswer,
    read: (request: IncomingMessage, room: Upload) => Promise<Batch>,
  ): Promise<void> {
    const raw = rawRequest(request);
    const { apiKey } = request;
    const holder = holderOf(request);
    const deadline = deadlineOf(raw, this.settings.answerTimeout);
    const room = this.uploads.keep(holder);
    deadline.pause(); // how long a body takes to arrive is up to its sender
    try {
      const batch = await read(raw, room);
      deadline.resume();
      // The guard has counted one.
      await this.rateLimiter.charge(request, response, Math.ceil(batch.items.length / EVENTS_A_REQUEST) - 1);
      const sender = { apiKey, context: eventContextOf(request), holder, deadline };
      await new BatchStoring(this.intake, this.writer, this.settings, sender, answer, this.turns.begin()).store(batch);
    } finally {
      this.uploads.release(room);
    }
  }
}
