import { Inject, Injectable } from '@nestjs/common';
import type { EventInput } from '../events/event.interface.js';
import { EventParser, type ParsedEvent } from '../events/event-parser.js';
import type { EventScope } from '../events/event-scope.interface.js';
import { InvalidEventException } from '../events/invalid-event.exception.js';
import { FieldErrors } from '../events/validation/field-errors.js';
import type { InsertOutcome } from '../storage/event.repository.js';
import { EventWriter } from './event-writer.js';

/** Logs events from the host's own code: the same checks, the same write path as over HTTP. */
@Injectable()
export class EventLogService {
  @Inject(EventWriter) private readonly writer!: EventWriter;
  @Inject(EventParser) private readonly parser!: EventParser;

  /**
   * Resolves to the stored event once it is committed, or to the earlier one with the same id. Throws
   * `InvalidEventException` with field errors, `ForbiddenException` where the event contradicts the scope, and
   * `ServiceUnavailableException` when the store can't take it: then send it again with the same id.
   *
   * @example
   * ```ts
   * const { event, replayed } = await this.eventLog.log(
   *   { entityType: 'search', type: 'search_submitted', searchQuery: 'running shoes', userProperties: { userId: user.id } },
   *   { projectId: 'shop' },
   * );
   * ```
   */
  async log(event: EventInput, scope?: EventScope): Promise<InsertOutcome> {
    const [outcome] = this.writer.write([this.parser.parse(event, scope)]);
    return outcome;
  }

  /** Like `log()` for many events. One that is refused refuses all, and nothing is stored: `#/3/messageId` is its pointer. */
  async logMany(events: readonly EventInput[], scope?: EventScope): Promise<InsertOutcome[]> {
    return Promise.all(this.writer.write(this.parseMany(events, scope)));
  }

  private parseMany(events: readonly EventInput[], scope?: EventScope): ParsedEvent[] {
    const errors = new FieldErrors();
    const parsed = events.flatMap((event, index) => {
      try {
        return this.parser.parse(event, scope);
      } catch (error) {
        if (!(error instanceof InvalidEventException)) throw error;
        for (const { pointer, detail } of error.errors) errors.add(`#/${index}${pointer.slice(1)}`, detail);
        return [];
      }
    });
    if (errors.list.length > 0) throw new InvalidEventException(errors.list);
    return parsed;
  }
}
