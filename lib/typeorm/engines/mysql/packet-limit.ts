import { logger } from '../../../diagnostics/logger.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import { PACKET_TOO_LARGE } from './error-codes.js';
import type { MysqlDatabase } from './database.js';

/** What a statement takes beside its values, a row to be looked up among what was erased, and a value beside its text. */
const STATEMENT_BYTES = 64 * 1024;
const PROBE_BYTES = 512;
const VALUE_BYTES = 9;
const MAX_BYTES_A_UNIT = 3;
const WARN_EVERY_MS = 60_000;

/** A statement that is larger than the server takes. With one event, no smaller one can help: only the server's setting. */
export class PacketTooLarge extends Error {
  readonly code = 'ER_NET_PACKET_TOO_LARGE';
  readonly errno = PACKET_TOO_LARGE;

  constructor(readonly events: number) {
    super('The statement is larger than max_allowed_packet');
  }
}

/** Keeps statements within the server's `max_allowed_packet`: larger ones end in a lost connection without a reason. */
export class PacketLimit {
  private bytes?: number;
  private warnedAt = -Infinity;

  constructor(private readonly database: MysqlDatabase) {}

  /** Warns where an event of `eventBytes` would not fit. */
  async report(eventBytes: number, deadline: number): Promise<void> {
    const limit = await this.read(deadline);
    const wanted = eventBytes + STATEMENT_BYTES;
    if (limit >= wanted) return;
    logger.warn(
      `The database takes statements of at most ${limit} bytes, and \`maxBodyBytes\` lets events through that need more; those are refused with 503. Set max_allowed_packet of the server to ${wanted} or more, or \`maxBodyBytes\` to less.`,
    );
  }

  /** Asks the server again at the next insert: another one may have taken its place. */
  forget(): void {
    this.bytes = undefined;
  }

  /** The rows in groups of which each fits into one statement. */
  async split(rows: readonly EventRow[], deadline: number): Promise<(readonly EventRow[])[]> {
    const limit = (this.bytes ?? (await this.read(deadline))) - STATEMENT_BYTES;
    if (sum(rows.map(mostBytesOf)) <= limit) return [rows];
    const groups: EventRow[][] = [[]];
    let size = 0;
    for (const row of rows) {
      const bytes = bytesOf(row);
      if (bytes > limit) throw new PacketTooLarge(rows.length);
      if (size + bytes > limit) groups.push([]);
      size = size + bytes > limit ? bytes : size + bytes;
      groups.at(-1)!.push(row);
    }
    return groups;
  }

  warnOfEvent(): void {
    if (performance.now() - this.warnedAt < WARN_EVERY_MS) return;
    this.warnedAt = performance.now();
    logger.warn(
      'An event is larger than the database takes, and was refused with 503: raise max_allowed_packet of the server, or lower `maxBodyBytes`.',
    );
  }

  private async read(deadline: number): Promise<number> {
    const sql = 'SELECT CAST(@@max_allowed_packet AS CHAR) AS bytes';
    const { rows } = await this.database.run<{ bytes: string }>({ sql }, deadline);
    return (this.bytes = Number(rows[0].bytes));
  }
}

// Counting bytes is a walk through megabytes: first comes what they can be at most.
function mostBytesOf(row: EventRow): number {
  return PROBE_BYTES + sum(COLUMNS.map((column) => VALUE_BYTES + MAX_BYTES_A_UNIT * (row[column]?.length ?? 0)));
}

function bytesOf(row: EventRow): number {
  return PROBE_BYTES + sum(COLUMNS.map((column) => VALUE_BYTES + Buffer.byteLength(row[column] ?? '')));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
