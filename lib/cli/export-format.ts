import { CHUNKS, type Format } from './export-chunks.js';
import { EXIT, Failure } from './failure.js';
import type { Values } from './options.js';

/** What `--format` says, else the end of the file's name; NDJSON where neither does. */
export function formatOf({ format, output = '' }: Values): Format {
  if (format === undefined) return /\.csv$/i.test(output) ? 'csv' : 'ndjson';
  if (Object.hasOwn(CHUNKS, format)) return format as Format;
  throw new Failure(EXIT.usage, `Expected --format to be ${Object.keys(CHUNKS).join(' or ')}.`);
}
