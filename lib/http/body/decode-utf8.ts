import { BadRequestException } from '@nestjs/common';
import { isAscii, isUtf8, transcode } from 'node:buffer';

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The text of a body or of a line. Throws 400 for what is not UTF-8. Not by `TextDecoder`: for 2 MiB that are not ASCII it
 * takes five times what `JSON.parse` of them does.
 */
export function decodeUtf8(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw new BadRequestException('The body must be UTF-8');
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
}

export function withoutByteOrderMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}
