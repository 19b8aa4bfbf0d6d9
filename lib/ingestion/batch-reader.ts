import { BadRequestException, Injectable, PayloadTooLargeException } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { EventParser } from '../events/event-parser.js';
import { InvalidEventException } from '../events/invalid-event.exception.js';
import { jsonWeight } from '../events/json-weight.js';
import { parseJson } from '../events/parse-json.js';
import { RequestBodyReader } from '../http/body/request-body.reader.js';
import { type Upload, UploadBudget } from '../http/body/upload-budget.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import type { Batch } from './batch.interface.js';

const NDJSON = 'application/x-ndjson';
const MAX_BEACON_EVENTS = 100;
const DETAILS = { blank: 'Send events as the body', broken: 'The events must be valid JSON' };

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
    if (this.body.mediaTypeOf(request) === NDJSON) return this.readLines(request, room);
    const value = await this.readJson(request, room);
    if (!Array.isArray(value)) {
      throw new InvalidEventException([{ pointer: '#', detail: 'A batch must be a JSON array of events' }]);
    }
    return this.batchOf(value, this.settings.maxBatchEvents);
  }

  private async readLines(request: IncomingMessage, room: Upload): Promise<Batch> {
    const { maxBatchBytes, maxBodyBytes, maxBatchEvents } = this.settings;
    const lines: string[] = [];
    let bytes = 0;
    const limits = { maxBytes: maxBatchBytes, maxLineBytes: maxBodyBytes };
    for await (const line of this.body.readLines(request, room.holder, limits)) {
      checkCount(lines.push(line), maxBatchEvents);
      this.uploads.reserve(room, (bytes += Buffer.byteLength(line)));
    }
    checkCount(lines.length, maxBatchEvents);
    return { items: lines, parse: (line, scope) => this.parser.parseJson(line as string, scope) };
  }

  /** One event, or an array of at most 100. */
  async readBeacon(request: IncomingMessage, room: Upload): Promise<Batch> {
    const value = await this.readJson(request, room);
    return this.batchOf(Array.isArray(value) ? value : [value], MAX_BEACON_EVENTS);
  }

  private async readJson(request: IncomingMessage, room: Upload): Promise<unknown> {
    const text = await this.body.read(request, room.holder);
    this.uploads.reserve(room, jsonWeight(text));
    return parseJson(text, DETAILS);
  }

  private batchOf(items: unknown[], maxEvents: number): Batch {
    checkCount(items.length, maxEvents);
    return { items, parse: (item, scope) => this.parser.parseOwned(item, scope) };
  }
}

function checkCount(count: number, max: number): void {
  if (count === 0) throw new BadRequestException('Send one event at least');
  if (count > max) throw new PayloadTooLargeException(`Send ${max} events at most at once`);
}
