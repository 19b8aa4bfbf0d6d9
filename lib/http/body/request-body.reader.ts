import { BadRequestException, Injectable, PayloadTooLargeException } from '@nestjs/common';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { EventLogSettings } from '../../options/event-log-settings.js';
import { showHeaders } from '../withheld-headers.js';
import { UnsupportedBodyException } from './unsupported-body.exception.js';
import { FREE_BYTES, UploadBudget } from './upload-budget.js';

/** The headers by which body parsers find that there is a body for them. */
export const BODY_HEADERS = ['content-type', 'content-length', 'transfer-encoding'];

const OTHER_CHARSET = /;[ \t]*charset[ \t]*=[ \t]*(?!"?utf-?8"?[ \t]*(?:;|$))/i;

/** Reads the bodies that were kept from the host's parsers: media type, size, UTF-8, in this order. */
@Injectable()
export class RequestBodyReader {
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true });

  constructor(
    private readonly settings: EventLogSettings,
    private readonly uploads: UploadBudget,
  ) {}

  /**
   * The text of a body of this media type. Throws 415 for another one or for a coding, 413 over `maxBodyBytes`, 503 where
   * there is no room for it, 408 when it does not arrive in time, and 400 for what is not UTF-8.
   */
  async read(request: IncomingMessage, mediaType: string): Promise<string> {
    showHeaders(request);
    checkMediaType(request.headers, mediaType);
    return this.decode(await this.readBytes(request));
  }

  private readBytes(request: IncomingMessage): Promise<Buffer> {
    const declared = Number(request.headers['content-length'] ?? 0);
    this.checkSize(declared);
    if (request.readableEnded) throw new Error(CONSUMED);
    if (request.destroyed) throw aborted();
    this.uploads.checkRoom(declared);
    return new Promise((resolve, reject) => {
      // One buffer that grows, not a list: a body in chunks of one byte would become millions of objects.
      let bytes = NOTHING;
      let size = 0;
      const onData = (chunk: Buffer) => {
        const end = size + chunk.length;
        try {
          this.checkSize(end);
          if (end > bytes.length) {
            const larger = Math.max(end, Math.min(Math.max(2 * size, FREE_BYTES), declared || this.settings.maxBodyBytes));
            this.uploads.hold(upload, larger);
            bytes = enlarged(bytes, larger);
          }
        } catch (error) {
          return refuse(error as Error);
        }
        chunk.copy(bytes, size);
        size = end;
      };
      const onEnd = () => {
        this.uploads.end(upload);
        resolve(bytes.subarray(0, size));
      };
      const onClose = () => {
        if (!request.readableEnded) refuse(aborted());
      };
      const refuse = (reason: Error) => {
        this.uploads.end(upload);
        request.off('data', onData).off('end', onEnd).off('close', onClose).pause();
        reject(reason);
      };
      const upload = this.uploads.begin(refuse);
      // Without a listener for errors, there is none: what fails closes.
      request.on('data', onData).on('end', onEnd).on('close', onClose);
    });
  }

  private checkSize(bytes: number): void {
    const { maxBodyBytes } = this.settings;
    if (bytes > maxBodyBytes) throw new PayloadTooLargeException(`The body must not be larger than ${maxBodyBytes} bytes`);
  }

  private decode(bytes: Buffer): string {
    try {
      return this.utf8.decode(bytes);
    } catch {
      throw new BadRequestException('The body must be UTF-8');
    }
  }
}

function enlarged(bytes: Buffer, length: number): Buffer {
  const larger = Buffer.allocUnsafe(length);
  bytes.copy(larger);
  return larger;
}

function aborted(): BadRequestException {
  return new BadRequestException('The request ended before its body was complete');
}

const NOTHING: Buffer = Buffer.alloc(0);

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
