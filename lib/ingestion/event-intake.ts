import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest } from '../auth/authenticated-request.interface.js';
import { holderOf } from '../auth/holder-of.js';
import { EventParser } from '../events/event-parser.js';
import { RequestBodyReader } from '../http/body/request-body.reader.js';
import { rawRequest } from '../http/http-request.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import type { InsertOutcome } from '../storage/event.repository.js';
import { deadlineOf } from '../timing/request-deadline.js';
import { EventWriter } from './event-writer.js';
import { notStored } from './not-stored.js';

/** Takes the event in the body of a request that the guards let pass. */
@Injectable()
export class EventIntake {
  constructor(
    private readonly body: RequestBodyReader,
    private readonly parser: EventParser,
    private readonly writer: EventWriter,
    private readonly settings: EventLogSettings,
  ) {}

  /** Like `EventLogService.log()`; throws besides what the body is refused with, and `BadRequestException` for what is not JSON. */
  async take(request: AuthenticatedRequest): Promise<InsertOutcome> {
    const raw = rawRequest(request);
    const holder = holderOf(request);
    const deadline = deadlineOf(raw, this.settings.answerTimeout);
    deadline.pause(); // how long a body takes to arrive is up to its sender
    const text = await this.body.read(raw, holder);
    deadline.resume();
    const event = this.parser.parseJson(text, request.apiKey);
    try {
      const [outcome] = this.writer.write([event], deadline, holder);
      return await outcome;
    } catch (error) {
      throw notStored(error);
    }
  }
}
