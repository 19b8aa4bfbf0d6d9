import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest } from '../auth/authenticated-request.interface.js';
import { holderOf } from '../auth/holder-of.js';
import { EventParser, type ParsedEvent } from '../events/event-parser.js';
import type { StoredEvent } from '../events/event.interface.js';
import { RequestBodyReader } from '../http/body/request-body.reader.js';
import { rawRequest } from '../http/http-request.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import type { InsertOutcome } from '../storage/event.repository.js';
import type { Deadline } from '../timing/deadline.js';
import { deadlineOf } from '../timing/request-deadline.js';
import { ConflictReport } from './conflict-report.js';
import { EventWriter } from './event-writer.js';
import { eventContextOf } from './hooks/event-context.js';
import { EventHooks } from './hooks/event-hooks.js';
import { type LogOutcome, logOutcome } from './log-outcome.js';
import { notStored } from './not-stored.js';

/** Takes the event in the body of a request that the guards let pass. */
@Injectable()
export class EventIntake {
  constructor(
    private readonly body: RequestBodyReader,
    private readonly parser: EventParser,
    private readonly hooks: EventHooks,
    private readonly writer: EventWriter,
    private readonly conflicts: ConflictReport,
    private readonly settings: EventLogSettings,
  ) {}

  /**
   * Like `EventLogService.log()`; throws besides what the body is refused with, and `BadRequestException` for what is not JSON.
   * Of a conflict, only a key that reads is told the fields.
   */
  async take(request: AuthenticatedRequest): Promise<LogOutcome<StoredEvent>> {
    const raw = rawRequest(request);
    const holder = holderOf(request);
    const deadline = deadlineOf(raw, this.settings.answerTimeout);
    deadline.pause(); // how long a body takes to arrive is up to its sender
    const text = await this.body.read(raw, holder);
    deadline.resume();
    const sent = this.parser.parseJson(text, request.apiKey);
    const parsed = this.hooks.isEmpty ? sent : await this.applyHooks(sent, request, deadline, holder);
    const outcome = await this.store(parsed, deadline, holder);
    // The stored event is of the same project, so a key that wrote there and reads may read it.
    if ('conflict' in outcome && request.apiKey.scopes.includes('events:read')) {
      throw await this.conflicts.exceptionFor(parsed.record, deadline);
    }
    return logOutcome(parsed.record, outcome);
  }

  private async applyHooks(sent: ParsedEvent, request: AuthenticatedRequest, deadline: Deadline, holder: string) {
    try {
      return await this.hooks.apply(sent, eventContextOf(request), deadline, holder);
    } catch (error) {
      throw notStored(error);
    }
  }

  private async store(event: ParsedEvent, deadline: Deadline, holder: string): Promise<InsertOutcome> {
    try {
      const [outcome] = this.writer.write([event], deadline, holder);
      return await outcome;
    } catch (error) {
      throw notStored(error);
    }
  }
}
