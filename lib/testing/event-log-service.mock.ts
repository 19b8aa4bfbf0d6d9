import type { Type } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import { uuidv7 } from 'uuidv7';
import type { EventDto } from '../events/entity-types/event.dto.js';
import { eventTypeOf } from '../events/entity-types/event-type.decorator.js';
import type { EventFields, StoredEvent } from '../events/event.interface.js';
import type { EventScope } from '../events/event-scope.interface.js';
import { argumentsOf, type LogArguments } from '../ingestion/log-arguments.js';
import { EventLogService } from '../ingestion/event-log.service.js';
import type { LogOutcome } from '../ingestion/log-outcome.js';

/** An event as it was given to `EventLogServiceMock`. */
export interface LoggedEvent {
  readonly event: Partial<EventFields> & { entityType: string } & Record<string, unknown>;
  readonly scope?: EventScope;
}

/**
 * Stands for `EventLogService` in unit tests of any test runner: it notes what is logged, checks and stores nothing, and
 * answers as if each event were new. `EventLogTestingModule` has the real checks.
 *
 * @example
 * ```ts
 * const eventLog = new EventLogServiceMock();
 * await new OrdersService(eventLog).complete('o_1');
 * expect(eventLog.logged).toMatchObject([{ event: { type: 'order.completed' } }]);
 * ```
 */
export class EventLogServiceMock extends EventLogService {
  /** Each event of `log()` and of `logMany()`, oldest first; refused ones too. */
  readonly logged: LoggedEvent[] = [];
  private failure?: { readonly error: unknown };
  private readonly subject = new Subject<StoredEvent>();

  /** Tells nothing by itself: `tell()` does. */
  override get stored$(): Observable<StoredEvent> {
    return this.subject;
  }

  /** Tells the subscribers of `stored$` of an event. */
  tell(event: StoredEvent): void {
    this.subject.next(event);
  }

  /** Forgets all that was logged, and the error of `failWith()`. */
  clear(): void {
    this.logged.length = 0;
    this.failure = undefined;
  }

  /** From now on `log()` and `logMany()` reject with `error`, until `failWith(undefined)` or `clear()`. */
  failWith(error: unknown): void {
    this.failure = error === undefined ? undefined : { error };
  }

  override async log(...given: LogArguments<unknown>): Promise<never> {
    const { input, scope, entityType } = argumentsOf(given);
    const [outcome] = await this.note([inputOf(input, entityType)], scope);
    return outcome as never;
  }

  override logMany(...given: LogArguments<readonly unknown[]>): Promise<never[]> {
    const { input, scope, entityType } = argumentsOf(given);
    return this.note(
      input.map((event) => inputOf(event, entityType)),
      scope,
    ) as Promise<never[]>;
  }

  private note(events: readonly LoggedEvent['event'][], scope?: EventScope): Promise<LogOutcome<object>[]> {
    this.logged.push(...events.map((event) => ({ event, ...(scope && { scope }) })));
    if (this.failure !== undefined) return Promise.reject(this.failure.error);
    return Promise.resolve(events.map((event) => ({ event: asStored(event, scope), replayed: false })));
  }
}

function inputOf(event: unknown, entityType?: Type<EventDto>): LoggedEvent['event'] {
  const input = event as LoggedEvent['event'];
  return entityType === undefined ? input : { ...input, entityType: eventTypeOf(entityType)?.name ?? entityType.name };
}

function asStored(event: LoggedEvent['event'], scope: EventScope = {}): object {
  return {
    ...event,
    id: event.id ?? `evt_${uuidv7()}`,
    createdAt: event.createdAt ?? new Date().toISOString(),
    projectId: event.projectId ?? scope.projectId ?? null,
    integrationId: event.integrationId ?? scope.integrationId ?? null,
    properties: event.properties ?? null,
    userProperties: event.userProperties ?? null,
  };
}
