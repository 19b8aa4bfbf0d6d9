import { codeOf } from '../engines/driver-error.js';

/** Of PostgreSQL, whose stack is full, and of MariaDB, whose stack is, or whose longest packet is shorter than the statement. */
const CODES = ['54001', 'ER_STACK_OVERRUN_NEED_MORE', 'ER_NET_PACKET_TOO_LARGE'];

/** SQLite has no code of its own for them. */
const MESSAGE = /^(?:Expression tree is too large|too many SQL variables|parser stack overflow|string or blob too big)/;

/** Whether a database failed at a statement as it is too large, which it would be the next time as well. */
export function isTooLarge(error: unknown): boolean {
  return CODES.includes(codeOf(error)) || (error instanceof Error && MESSAGE.test(error.message));
}
