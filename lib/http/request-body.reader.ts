import { BadRequestException, Injectable, PayloadTooLargeException } from '@nestjs/common';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { EventLogSettings } from '../event-log-settings.js';
import { UnsupportedBodyException } from './unsupported-body.exception.js';

/** The headers by which body parsers find that there is a body for them. */
const BODY_HEADERS = ['content-type', 'content-length', 'transfer-encoding'] as const;

const OTHER_CHARSET = /;[ \t]*charset[ \t]*=[ \t]*(?!"?utf-?8"?[ \t]*(?:;|$))/i;

/** Reads the bodies that were kept from the host's parsers: media type, size, UTF-8, in this order. */
@Injectable()
export class RequestBodyReader {
  private readonly hidden = new WeakMap<IncomingMessage, IncomingHttpHeaders>();
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true });

  constructor(private readonly settings: EventLogSettings) {}

  /** Makes the request look to parsers as if it had no body; the stream stays unread. */
  hide(request: IncomingMessage): void {
    const { headers } = request;
    const hidden: IncomingHttpHeaders = {};
    for (const name of BODY_HEADERS) {
      if (headers[name] === undefined) continue;
      hidden[name] = headers[name];
      headers[name] = undefined; // to delete it would make the object slow
    }
    this.hidden.set(request, hidden);
  }

  /**
   * The text of a body of this media type. Throws 415 for another one or for a coding, 413 over `maxBodyBytes`, and 400
   * for what is not UTF-8.
   */
  async read(request: IncomingMessage, mediaType: string): Promise<string> {
    Object.assign(request.headers, this.hidden.get(request));
    checkMediaType(request.headers, mediaType);
    return this.decode(await this.readBytes(request));
  }

  private readBytes(request: IncomingMessage): Promise<Buffer> {
    const { maxBodyBytes } = this.settings;
    return new Promise((resolve, reject) => {
      const tooLarge = () => reject(new PayloadTooLargeException(`The body must not be larger than ${maxBodyBytes} bytes`));
      const aborted = () => {
        if (!request.readableEnded) reject(new BadRequestException('The request ended before its body was complete'));
      };
      if (Number(request.headers['content-length']) > maxBodyBytes) return tooLarge();
      if (request.readableEnded) return reject(new Error(CONSUMED));
      if (request.destroyed) return aborted();
      // One buffer that grows, not a list: a body in chunks of one byte would become millions of objects.
      let bytes: Buffer = Buffer.alloc(0);
      let size = 0;
      const onData = (chunk: Buffer) => {
        const end = size + chunk.length;
        if (end > maxBodyBytes) {
          request.off('data', onData).pause();
          return tooLarge();
        }
        if (size === 0) bytes = chunk;
        else bytes = append(bytes, size, chunk);
        size = end;
      };
      request
        .on('data', onData)
        .on('end', () => resolve(bytes.subarray(0, size)))
        .on('error', aborted)
        .on('close', aborted);
    });
  }

  private decode(bytes: Buffer): string {
    try {
      return this.utf8.decode(bytes);
    } catch {
      throw new BadRequestException('The body must be UTF-8');
    }
  }
}

/** `bytes` with `chunk` after its first `size` bytes; twice as large where it is full. */
function append(bytes: Buffer, size: number, chunk: Buffer): Buffer {
  const end = size + chunk.length;
  const target = end <= bytes.length ? bytes : Buffer.allocUnsafe(Math.max(end, 2 * size));
  if (target !== bytes) bytes.copy(target, 0, 0, size);
  chunk.copy(target, size);
  return target;
}

const CONSUMED =
  'The body of the request was read before EventLogModule could: let no parser stand before NestFactory.create(), which adds its own.';

function checkMediaType(headers: IncomingHttpHeaders, mediaType: string): void {
  const type = headers['content-type'] ?? '';
  if (type.split(';', 1)[0].trimEnd().toLowerCase() !== mediaType || OTHER_CHARSET.test(type)) {
    throw new UnsupportedBodyException(`Send the event as ${mediaType} in UTF-8`, mediaType);
  }
  const coding = headers['content-encoding'] ?? 'identity';
  if (!/^(?:identity)?$/i.test(coding)) throw new UnsupportedBodyException('Send the body without Content-Encoding', mediaType);
}
