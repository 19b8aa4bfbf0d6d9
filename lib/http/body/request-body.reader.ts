import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventLogSettings } from '../../options/event-log-settings.js';
import { claimedOf } from '../claimed-request.js';
import { restoreHeaders } from '../withheld-headers.js';
import { BodyReading } from './body-reading.js';
import { decodeUtf8 } from './decode-utf8.js';
import { EarlyBody } from './early-body.js';
import { UnsupportedBodyException } from './unsupported-body.exception.js';
import { FREE_BYTES, UploadBudget } from './upload-budget.js';

/** The headers by which body parsers find that there is a body for them. */
export const BODY_HEADERS = ['content-type', 'content-length', 'transfer-encoding'];

const OTHER_CHARSET = /;[ \t]*charset[ \t]*=[ \t]*(?!"?utf-?8"?[ \t]*(?:;|$))/i;

/** Reads the bodies that were kept from the host's parsers: media type, size, UTF-8, in this order. */
@Injectable()
export class RequestBodyReader {
  constructor(
    private readonly settings: EventLogSettings,
    private readonly uploads: UploadBudget,
  ) {}

  /**
   * The text of a body of a media type that the route takes. Throws 415 for another one or for a coding, 413 over
   * `maxBodyBytes`, 503 where there is no room for it, 408 when it does not arrive in time, and 400 for what is not UTF-8.
   * Of the room for uploads, no `holder` gets more than half. Where `request.rawBody` is a Buffer, that is the body.
   */
  async read(request: IncomingMessage, holder?: string): Promise<string> {
    restoreHeaders(request);
    checkMediaType(request.headers, [claimedOf(request)?.route?.body ?? []].flat());
    const bytes = await new BodyReading(request, this.settings, this.uploads, holder).start();
    const text = decodeUtf8(bytes);
    // Parsing comes in a turn of its own, so that megabytes hold the event loop twice for a short time, not once for a long one.
    if (bytes.length > FREE_BYTES) await nextTurn();
    return text;
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

  private earlyOf(request: IncomingMessage): EarlyBody | undefined {
    const claimed = claimedOf(request);
    if (claimed?.route?.body === undefined || claimed.early !== undefined) return claimed?.early;
    const declared = Number(claimed.withheld['content-length'] ?? 0);
    if (declared > FREE_BYTES || request.readableEnded || request.destroyed || !this.uploads.hasEarlyRoom) return undefined;
    return (claimed.early = new EarlyBody(request, this.uploads));
  }
}

function checkMediaType(headers: IncomingHttpHeaders, taken: readonly string[]): void {
  const type = headers['content-type'] ?? '';
  const mediaType = type.split(';', 1)[0].trimEnd().toLowerCase();
  if (!taken.includes(mediaType) || OTHER_CHARSET.test(type)) {
    throw new UnsupportedBodyException(`Send the event as ${taken.join(' or ')} in UTF-8`, taken);
  }
  const coding = headers['content-encoding'] ?? 'identity';
  if (!/^(?:identity)?$/i.test(coding)) throw new UnsupportedBodyException('Send the body without Content-Encoding', taken);
}
