import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { LogLine } from '../../diagnostics/log-line.js';
import { logger } from '../../diagnostics/logger.js';
import { RepeatedLines } from '../../diagnostics/repeated-lines.js';
import { statusOf } from '../../diagnostics/status-of.js';
import type { EventRecord, StoredEvent } from '../../events/event.interface.js';
import { EventParser, type ParsedEvent } from '../../events/event-parser.js';
import { InvalidEventException } from '../../events/invalid-event.exception.js';
import { flatEvent, storedEvent } from '../../events/stored-event.js';
import { EventLogSettings } from '../../options/event-log-settings.js';
import type { Deadline } from '../../timing/deadline.js';
import { EventRoom } from '../event-room.js';
import { checkHookInstances } from './checked-hooks.js';
import type { EventContext } from './event-context.interface.js';
import { EventHookError, nameOf } from './event-hook.error.js';
import type { EventHook } from './event-hook.interface.js';

/** Injection token of the instances of the extra `hooks`, in order. */
export const EVENT_HOOKS = Symbol('EVENT_LOG:EVENT_HOOKS');

/** By these an event is known: to its sender, to other tenants, and to what reads it. */
const FIXED_FIELDS = ['id', 'entityType', 'projectId'] as const;

/** Lets the host's hooks have their say on an event, one after the other, and checks what each returns. */
@Injectable()
export class EventHooks {
  private readonly room: EventRoom;
  private readonly tooLarge = new RepeatedLines((line) => logger.warn(line));

  constructor(
    @Inject(EVENT_HOOKS) private readonly hooks: readonly EventHook[],
    private readonly parser: EventParser,
    settings: EventLogSettings,
  ) {
    checkHookInstances(hooks);
    this.room = new EventRoom(settings);
  }

  /** Then there is nothing to apply, and nothing to wait for. */
  get isEmpty(): boolean {
    return this.hooks.length === 0;
  }

  /**
   * The event to store; what tells a replay is that of the one that was sent. Throws what a hook refuses it with, `EventHookError`
   * for a bug of one, and `ServiceUnavailableException` at the deadline, or when too much waits for hooks, in all or of `holder`.
   */
  async apply(sent: ParsedEvent, context: EventContext, deadline: Deadline, holder?: string): Promise<ParsedEvent> {
    const [event] = await this.applyAll([sent], context, deadline, holder);
    return event;
  }

  /** The same for events that came together: all of them, or it throws. */
  async applyAll(
    sent: readonly ParsedEvent[],
    context: EventContext,
    deadline: Deadline,
    holder?: string,
  ): Promise<ParsedEvent[]> {
    this.room.reserve(sent, holder);
    try {
      return await Promise.all(sent.map((event) => this.applyEach(event, context, deadline)));
    } finally {
      for (const event of sent) this.room.free(event, holder);
    }
  }

  private async applyEach(sent: ParsedEvent, context: EventContext, deadline: Deadline): Promise<ParsedEvent> {
    let event = sent;
    for (const hook of this.hooks) event = this.checked(hook, await answerOf(hook, event, context, deadline), event, context);
    return event;
  }

  private checked(hook: EventHook, result: StoredEvent, event: ParsedEvent, context: EventContext): ParsedEvent {
    const parsed = this.parse(hook, result, event.record, context);
    const changed = FIXED_FIELDS.find((field) => parsed.record[field] !== event.record[field]);
    if (changed !== undefined) throw new EventHookError(hook, `changed \`${changed}\`, which must stay as it was`);
    const { receivedAt, contentDigest } = event.record;
    return { ...parsed, record: { ...parsed.record, receivedAt, contentDigest }, hasOwnId: event.hasOwnId };
  }

  private parse(hook: EventHook, result: StoredEvent, earlier: EventRecord, context: EventContext): ParsedEvent {
    try {
      return this.parser.parseAgain(result, earlier);
    } catch (error) {
      if (!(error instanceof InvalidEventException)) throw EventHookError.ofThrown(hook, error);
      // Its sender can leave too little room for what a hook adds. That is no bug, and nothing to be tried again.
      if (isTooLarge(result, error)) throw this.noted(hook, error, context);
      const pointers = error.errors.map(({ pointer }) => pointer).join(', ');
      throw new EventHookError(hook, `returned an event that is not valid: see ${pointers}`);
    }
  }

  private noted(hook: EventHook, error: InvalidEventException, { requestId }: EventContext): InvalidEventException {
    const message = `${nameOf(hook)} made an event too large to be stored: it was refused.`;
    const text = requestId === undefined ? message : `${message} It came with request ${requestId}.`;
    this.tooLarge.write(message, new LogLine(message, { requestId }, text));
    return error;
  }
}

/** Whether the event is refused for its size, which alone has such pointers where these are objects. */
function isTooLarge(event: StoredEvent, { errors }: InvalidEventException): boolean {
  const objects = { '#': event, '#/properties': event.properties, '#/userProperties': event.userProperties };
  const isObject = (value: unknown) => typeof value === 'object' && !Array.isArray(value);
  return errors.every(({ pointer }) => isObject(objects[pointer as keyof typeof objects]));
}

async function answerOf(hook: EventHook, event: ParsedEvent, context: EventContext, deadline: Deadline): Promise<StoredEvent> {
  try {
    return await deadline.within(run(hook, flatEvent(storedEvent(event.record)), context));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ETIMEDOUT') throw error;
    throw new ServiceUnavailableException(`${nameOf(hook)} did not settle in time`);
  }
}

async function run(hook: EventHook, event: StoredEvent, context: EventContext): Promise<StoredEvent> {
  const result = await call(hook, event, context);
  if (result === undefined || result === null) throw new EventHookError(hook, 'returned nothing: return the event to store');
  return result;
}

async function call(hook: EventHook, event: StoredEvent, context: EventContext): Promise<StoredEvent | null | undefined> {
  try {
    return await hook.beforeStore(event, context);
  } catch (error) {
    throw statusOf(error) === undefined ? EventHookError.ofThrown(hook, error) : error;
  }
}
