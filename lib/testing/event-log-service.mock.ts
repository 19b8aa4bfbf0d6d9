import { uuidv7 } from 'uuidv7';
import type { EventInput, StoredEvent } from '../events/event.interface.js';
import type { EventScope } from '../events/event-scope.interface.js';
import { EventLogService } from '../ingestion/event-log.service.js';
import type { LogOutcome } from '../ingestion/log-outcome.js';

/** An event as it was given to `EventLogServiceMock`. */
export interface LoggedEvent {
  readonly event: EventInput;
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

  /** Forgets all that was logged, and the error of `failWith()`. */
  clear(): void {
    this.logged.length = 0;
    this.failure = undefined;
  }

  /** From now on `log()` and `logMany()` reject with `error`, until `failWith(undefined)` or `clear()`. */
  failWith(error: unknown): void {
    this.failure = error === undefined ? undefined : { error };
  }

  override async log(event: EventInput, scope?: EventScope): Promise<LogOutcome> {
    const [outcome] = await this.logMany([event], scope);
    return outcome;
  }

  override logMany(events: readonly EventInput[], scope?: EventScope): Promise<LogOutcome[]> {
    this.logged.push(...events.map((event) => ({ event, ...(scope && { scope }) })));
    if (this.failure !== undefined) return Promise.reject(this.failure.error);
    return Promise.resolve(events.map((event) => ({ event: asStored(event, scope), replayed: false })));
  }
}

function asStored(event: EventInput, scope: EventScope = {}): StoredEvent {
  return {
    ...event,
    id: event.id ?? `evt_${uuidv7()}`,
    createdAt: event.createdAt ?? new Date().toISOString(),
    projectId: event.projectId ?? scope.projectId ?? null,
    integrationId: event.integrationId ?? scope.integrationId ?? null,
    properties: event.properties ?? null,
    userProperties: event.userProperties ?? null,
  } as StoredEvent;
}
