import { Inject, Injectable, type Type } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { EventDto } from '../events/entity-types/event.dto.js';
import type { ContractEvent, EventInput, StoredEvent } from '../events/event.interface.js';
import { EventParser, type ParsedEvent } from '../events/event-parser.js';
import type { EventScope } from '../events/event-scope.interface.js';
import { ConflictingEventException } from '../events/conflicting-event.exception.js';
import { ErasedEventException } from '../events/erased-event.exception.js';
import { InvalidEventException } from '../events/invalid-event.exception.js';
import { flatEvent } from '../events/stored-event.js';
import type { EventInputOf, EventOf } from '../events/typed-event.js';
import type { FieldError } from '../events/validation/field-error.interface.js';
import { FieldErrors } from '../events/validation/field-errors.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import { typeName } from '../options/checks/type-name.js';
import { Deadline } from '../timing/deadline.js';
import { EventWriter } from './event-writer.js';
import { EventHooks } from './hooks/event-hooks.js';
import { argumentsOf, type LogArguments } from './log-arguments.js';
import { type LogOutcome, logOutcome } from './log-outcome.js';
import { StoredEvents } from './stored-events.js';

/** Logs events from the host's own code: the same checks, the same write path as over HTTP. */
@Injectable()
export class EventLogService {
  @Inject(EventWriter) private readonly writer!: EventWriter;
  @Inject(EventParser) private readonly parser!: EventParser;
  @Inject(EventHooks) private readonly hooks!: EventHooks;
  @Inject(EventLogSettings) private readonly settings!: EventLogSettings;
  @Inject(StoredEvents) private readonly stored!: StoredEvents;

  /**
   * The events that this process stores, from when one subscribes: once each, after the commit, over HTTP or by this service. It is
   * best effort, without a second try: what was stored before a crash, or by other processes, is not told. What must not be missed
   * is work for an `@EventConsumer()`. A subscriber that throws gets a line in the log, and the next event.
   *
   * @example
   * ```ts
   * this.eventLog.stored$.pipe(filter(({ entityType }) => entityType === 'search')).subscribe(() => this.searches.increment());
   * ```
   */
  get stored$(): Observable<StoredEvent> {
    return this.stored.stream;
  }

  /**
   * Resolves to the event once it is committed; `replayed` tells that it was before, sent with the same `id` and content.
   * Throws `InvalidEventException` with field errors, `ForbiddenException` where the event contradicts the scope,
   * `ConflictException` where its `id` is taken by an event with other content, `GoneException` where it was erased on a person's
   * request, what a hook refuses it with, and `ServiceUnavailableException` when the store can't take it: then send it again with the same id.
   *
   * @example
   * ```ts
   * const { event, replayed } = await this.eventLog.log(
   *   { entityType: 'search', type: 'search_submitted', searchQuery: 'running shoes', userProperties: { userId: user.id } },
   *   { projectId: 'shop' },
   * );
   * ```
   */
  log(event: EventInput, scope?: EventScope): Promise<LogOutcome>;
  /**
   * The same for an event of the entity type of a class, typed by it: an event of one's own, too.
   *
   * @example
   * ```ts
   * await this.eventLog.log(OrderEventDto, { type: 'order.completed', orderId, totalCents: 1290 });
   * ```
   */
  log<Dto extends EventDto>(
    entityType: Type<Dto>,
    event: EventInputOf<Dto>,
    scope?: EventScope,
  ): Promise<LogOutcome<EventOf<Dto>>>;
  async log(...given: LogArguments<unknown>): Promise<LogOutcome> {
    const { input, scope, entityType } = argumentsOf(given);
    const sent = this.parser.parse(input, scope, entityType);
    const deadline = Deadline.forAnswer(this.settings.answerTimeout);
    const parsed = this.hooks.isEmpty ? sent : await this.hooks.apply(sent, {}, deadline);
    const [inserting] = this.writer.write([parsed], deadline);
    return flat(logOutcome(parsed.record, await inserting));
  }

  /**
   * Like `log()` for many events. One that is refused refuses all, and nothing is stored: `#/3/messageId` is its pointer. An
   * `id` that is taken or was erased shows only in the store: then all other events are stored, and the `errors` of the
   * `ConflictException`, or of the `GoneException` where all of them were erased, name them, `#/3/id`.
   */
  logMany(events: readonly EventInput[], scope?: EventScope): Promise<LogOutcome[]>;
  logMany<Dto extends EventDto>(
    entityType: Type<Dto>,
    events: readonly EventInputOf<Dto>[],
    scope?: EventScope,
  ): Promise<LogOutcome<EventOf<Dto>>[]>;
  async logMany(...given: LogArguments<readonly unknown[]>): Promise<LogOutcome[]> {
    const { input, scope, entityType } = argumentsOf(given);
    if (!Array.isArray(input)) throw new TypeError(`Expected logMany() to get a list of events, got ${typeName(input)}.`);
    const sent = parseEach(input, (event) => this.parser.parse(event, scope, entityType));
    const deadline = Deadline.forAnswer(this.settings.answerTimeout);
    const parsed = this.hooks.isEmpty ? sent : await this.hooks.applyAll(sent, {}, deadline);
    const outcomes = await Promise.all(this.writer.write(parsed, deadline));
    const refused = outcomes.flatMap((outcome, index) => ('replayed' in outcome ? [] : [refusedId(index, outcome)]));
    if (outcomes.some((outcome) => 'conflict' in outcome)) throw new ConflictingEventException(refused);
    if (refused.length > 0) throw new ErasedEventException(refused);
    return outcomes.map((outcome, index) => flat(logOutcome(parsed[index].record, outcome)));
  }
}

// The fields of its own stand flat, as on the wire.
function flat(outcome: LogOutcome<StoredEvent>): LogOutcome {
  return { ...outcome, event: flatEvent(outcome.event) as ContractEvent };
}

function parseEach(events: readonly unknown[], parse: (event: unknown) => ParsedEvent): ParsedEvent[] {
  const errors = new FieldErrors();
  const parsed = events.flatMap((event, index) => {
    try {
      return parse(event);
    } catch (error) {
      if (!(error instanceof InvalidEventException)) throw error;
      for (const { pointer, detail } of error.errors) errors.add(`#/${index}${pointer.slice(1)}`, detail);
      return [];
    }
  });
  if (errors.list.length > 0) throw new InvalidEventException(errors.list);
  return parsed;
}

function refusedId(index: number, outcome: object): FieldError {
  const detail = 'erased' in outcome ? 'id was erased on the request of a person' : 'id is taken by an event with other content';
  return { pointer: `#/${index}/id`, detail };
}
