import { Injectable } from '@nestjs/common';
import type { ApiKey } from '../auth/api-key.interface.js';
import type { AuthenticatedRequest } from '../auth/authenticated-request.interface.js';
import { holderOf } from '../auth/holder-of.js';
import { ConflictingEventException } from '../events/conflicting-event.exception.js';
import { ErasedEventException } from '../events/erased-event.exception.js';
import type { EventRecord, StoredEvent } from '../events/event.interface.js';
import { EventParser, type ParsedEvent } from '../events/event-parser.js';
import { RequestBodyReader } from '../http/body/request-body.reader.js';
import { rawRequest } from '../http/http-request.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import type { InsertOutcome } from '../storage/event.repository.js';
import type { Deadline } from '../timing/deadline.js';
import { deadlineOf } from '../timing/request-deadline.js';
import { ConflictReport } from './conflict-report.js';
import { EventWriter } from './event-writer.js';
import { eventContextOf } from './hooks/event-context.js';
import type { EventContext } from './hooks/event-context.interface.js';
import { EventHooks } from './hooks/event-hooks.js';
import { type LogOutcome, logOutcome } from './log-outcome.js';
import { notStored } from './not-stored.js';

/** Of an event that is stored, since now or before. */
type StoredOutcome = Extract<InsertOutcome, { replayed: boolean }>;

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

  /** Whether the host has any; without, nothing waits for them. */
  get hasHooks(): boolean {
    return !this.hooks.isEmpty;
  }

  /**
   * Like `EventLogService.log()`; throws besides what the body is refused with, and `BadRequestException` for what is not JSON.
   * Of a conflict, only a key that reads is told the fields, and only such a one that an id was erased.
   */
  async take(request: AuthenticatedRequest): Promise<LogOutcome<StoredEvent>> {
    const raw = rawRequest(request);
    const holder = holderOf(request);
    const deadline = deadlineOf(raw, this.settings.answerTimeout);
    deadline.pause(); // how long a body takes to arrive is up to its sender
    const text = await this.body.read(raw, holder);
    deadline.resume();
    const sent = this.parser.parseJson(text, request.apiKey);
    const parsed = this.hasHooks ? await this.applyHooks(sent, eventContextOf(request), deadline, holder) : sent;
    const outcome = await this.acknowledge(parsed.record, this.write(parsed, deadline, holder), request.apiKey, deadline);
    return logOutcome(parsed.record, outcome);
  }

  /** What the host's hooks make of an event. Throws what they refuse it with; of a 503, the text for its sender. */
  async applyHooks(sent: ParsedEvent, context: EventContext, deadline: Deadline, holder: string): Promise<ParsedEvent> {
    try {
      return await this.hooks.apply(sent, context, deadline, holder);
    } catch (error) {
      throw notStored(error);
    }
  }

  /** What the sender of an event is told, once its insert has settled: `take()` throws the same. */
  async acknowledge(
    record: EventRecord,
    inserting: Promise<InsertOutcome>,
    apiKey: ApiKey,
    deadline: Deadline,
  ): Promise<StoredOutcome> {
    const outcome = await inserting.catch((error) => Promise.reject(notStored(error)));
    if ('replayed' in outcome) return outcome;
    // The stored event is of the same project, so a key that wrote there and reads may read it. To others, an id that was erased
    // is like one that is taken: a key in a page must not find out whose events are gone.
    if (!apiKey.scopes.includes('events:read')) throw new ConflictingEventException();
    throw 'erased' in outcome ? new ErasedEventException() : await this.conflicts.exceptionFor(record, deadline);
  }

  // Rejects where the writer throws.
  private async write(event: ParsedEvent, deadline: Deadline, holder: string): Promise<InsertOutcome> {
    return this.writer.write([event], deadline, holder)[0];
  }
}
