import { NotAcceptableException } from '@nestjs/common';

export type Stringify = (typeof import('csv-stringify/sync'))['stringify'];

/** Of an optional peer, so not by a plain import. Throws what a request for CSV is answered with where it is not installed. */
export async function loadCsvStringify(): Promise<Stringify> {
  try {
    const { stringify } = await import('csv-stringify/sync');
    return stringify;
  } catch {
    throw new NotAcceptableException(
      'This server can not write CSV: ask for NDJSON by the header `Accept: application/x-ndjson`, or have its operator install csv-stringify',
    );
  }
}
