import { BadRequestException, Injectable, PayloadTooLargeException } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { EventParser } from '../events/event-parser.js';
import { InvalidEventException } from '../events/invalid-event.exception.js';
import { RequestBodyReader } from '../http/body/request-body.reader.js';
import { type Upload, UploadBudget } from '../http/body/upload-budget.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import type { Batch } from './batch.interface.js';
import { jsonWeight } from './json-weight.js';

const MAX_BEACON_EVENTS = 100;

/** Reads bodies that hold several events. What these take in memory is counted in `room`, which the caller releases. */
@Injectable()
export class BatchReader {
  constructor(
    private readonly body: RequestBodyReader,
    private readonly uploads: UploadBudget,
    private readonly parser: EventParser,
    private readonly settings: EventLogSettings,
  ) {}

  /** Throws what the body is refused with, 400 for no event, and 413 for more than `maxBatchEvents`. */
  async read(request: IncomingMessage, room: Upload): Promise<Batch> {
    const value = await this.readJson(request, room);
    if (!Array.isArray(value)) {
      throw new InvalidEventException([{ pointer: '#', detail: 'A batch must be a JSON array of events' }]);
    }
    return this.batchOf(value, this.settings.maxBatchEvents);
  }

  /** One event, or an array of at most 100. */
  async readBeacon(request: IncomingMessage, room: Upload): Promise<Batch> {
    const value = await this.readJson(request, room);
    return this.batchOf(Array.isArray(value) ? value : [value], MAX_BEACON_EVENTS);
  }

  private async readJson(request: IncomingMessage, room: Upload): Promise<unknown> {
    const text = await this.body.read(request, room.holder);
    this.uploads.reserve(room, jsonWeight(text));
    return parseJson(text);
  }

  private batchOf(items: unknown[], maxEvents: number): Batch {
    if (items.length === 0) throw new BadRequestException('Send one event at least');
    if (items.length > maxEvents) throw new PayloadTooLargeException(`Send ${maxEvents} events at most at once`);
    return { items, parse: (item, scope) => this.parser.parseOwned(item, scope) };
  }
}

// The parser's own message quotes the text.
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequestException(text.trim() === '' ? 'Send events as the body' : 'The events must be valid JSON');
  }
}
