import type { IncomingHttpHeaders } from 'node:http';
import { type BrotliDecompress, createBrotliDecompress, createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import { brotliWindowBytes } from './brotli-window.js';
import { UnsupportedBodyException } from './unsupported-body.exception.js';

/** A way in which a body is compressed (RFC 9110 §8.4.1). */
export interface ContentCoding {
  readonly name: string;
  createInflater(): Gunzip | Inflate | BrotliDecompress;
  /** How much of the body an inflater may hold to copy from, by the first byte of the stream; 32 KiB where it does not say. */
  maxWindowBytes?(firstByte: number): number;
}

const GZIP: ContentCoding = { name: 'gzip', createInflater: () => createGunzip() };

const CODINGS = new Map<string, ContentCoding | undefined>([
  ['', undefined],
  ['identity', undefined],
  ['gzip', GZIP],
  ['x-gzip', GZIP],
  ['deflate', { name: 'deflate', createInflater: () => createInflate() }],
  ['br', { name: 'br', createInflater: () => createBrotliDecompress(), maxWindowBytes: brotliWindowBytes }],
]);

/** The coding of a body, `undefined` where it has none. Throws 415 for one that is not known, and for several. */
export function codingOf(headers: IncomingHttpHeaders, mediaTypes: readonly string[]): ContentCoding | undefined {
  const name = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (CODINGS.has(name)) return CODINGS.get(name);
  throw new UnsupportedBodyException('Send the body in one Content-Encoding, gzip, deflate or br, or in none', mediaTypes);
}
