import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventLogSettings } from '../../options/event-log-settings.js';
import { claimedOf } from '../claimed-request.js';
import { restoreHeaders } from '../withheld-headers.js';
import { BodyReading } from './body-reading.js';
import { codingOf } from './content-coding.js';
import { decodeUtf8, withoutByteOrderMark } from './decode-utf8.js';
import { EarlyBody } from './early-body.js';
import { readLines } from './read-lines.js';
import { UnsupportedBodyException } from './unsupported-body.exception.js';
import { FREE_BYTES, UploadBudget } from './upload-budget.js';
import { readWhole } from './read-whole.js';

/** The headers by which body parsers find that there is a body for them. */
export const BODY_HEADERS = ['content-type', 'content-encoding', 'content-length', 'transfer-encoding'];

const OTHER_CHARSET = /;[ \t]*charset[ \t]*=[ \t]*(?!"?utf-?8"?[ \t]*(?:;|$))/i;

/** Most bytes of a body of lines and of each of its lines, inflated. */
export interface LineLimits {
  readonly maxBytes: number;
  readonly maxLineBytes: number;
}

/** Reads the bodies that were kept from the host's parsers: media type, coding, size, UTF-8, in this order. */
@Injectable()
export class RequestBodyReader {
  constructor(
    private readonly settings: EventLogSettings,
    private readonly uploads: UploadBudget,
  ) {}

  /** The media type of a body, one that its route takes. Throws 415 for another one, and for another charset than UTF-8. */
  mediaTypeOf(request: IncomingMessage): string {
    restoreHeaders(request);
    const taken = takenBy(request);
    const type = request.headers['content-type'] ?? '';
    const mediaType = type.split(';', 1)[0].trimEnd().toLowerCase();
    if (taken.includes(mediaType) && !OTHER_CHARSET.test(type)) return mediaType;
    throw new UnsupportedBodyException(`Send the body as ${taken.join(' or ')} in UTF-8`, taken);
  }

  /**
   * The text of a body, inflated where it is compressed. Throws 415 for a media type that the route does not take or a coding
   * that is not known, 413 over `maxBodyBytes`, 503 where there is no room for it, 408 when it does not arrive in time, and 400
   * for a broken stream and for what is not UTF-8. Of the room for uploads, no `holder` gets more than half. Where
   * `request.rawBody` is a Buffer, that is the body.
   */
  async read(request: IncomingMessage, holder?: string): Promise<string> {
    const { maxBodyBytes } = this.settings;
    const bytes = await readWhole(this.readingOf(request, maxBodyBytes, holder), maxBodyBytes);
    const text = withoutByteOrderMark(decodeUtf8(bytes));
    if (bytes.length > FREE_BYTES) await nextRound();
    return text;
  }

  /**
   * The lines of a body while it arrives, by LF or CRLF, without those that are blank. It is read on only where another line is
   * asked for. Throws as `read()` does, also in the middle, and 413 for a longer line. Leave the loop early only by throwing:
   * `ProblemDetailsFilter` reads what is left, so that the sender gets its answer.
   *
   * @example
   * ```ts
   * for await (const line of body.readLines(rawRequest(request), holder, { maxBytes: 16_777_216, maxLineBytes: 2_097_152 })) {
   *   items.push(line);
   * }
   * ```
   */
  readLines(request: IncomingMessage, holder: string | undefined, limits: LineLimits): AsyncGenerator<string, void> {
    return readLines(this.readingOf(request, limits.maxBytes, holder), limits.maxLineBytes);
  }

  /**
   * Reads the body of a request while a guard waits for something, if it is small: when its sender closes meanwhile, Node
   * throws away what nobody has read. Resolves and rejects as `waiting` does.
   */
  async readWhile<T>(request: IncomingMessage, waiting: Promise<T>): Promise<T> {
    const early = this.earlyOf(request);
    early?.count();
    try {
      const result = await waiting;
      early?.uncount();
      return result;
    } catch (error) {
      early?.drop();
      throw error;
    }
  }

  private readingOf(request: IncomingMessage, maxBytes: number, holder?: string): BodyReading {
    this.mediaTypeOf(request);
    return new BodyReading(request, this.uploads, { maxBytes, holder, coding: codingOf(request.headers, takenBy(request)) });
  }

  private earlyOf(request: IncomingMessage): EarlyBody | undefined {
    const claimed = claimedOf(request);
    if (claimed?.route?.body === undefined || claimed.early !== undefined) return claimed?.early;
    const declared = Number(claimed.withheld['content-length'] ?? 0);
    if (declared > FREE_BYTES || request.readableEnded || request.destroyed || !this.uploads.hasEarlyRoom) return undefined;
    return (claimed.early = new EarlyBody(request, this.uploads));
  }
}

// So that megabytes hold the event loop twice for a short time, not once for a long one. Two turns, as the first comes right
// after the reading, before timers and other connections.
async function nextRound(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

/** The media types that its route takes. */
function takenBy(request: IncomingMessage): readonly string[] {
  return [claimedOf(request)?.route?.body ?? []].flat();
}
