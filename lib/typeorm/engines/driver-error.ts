/** The driver's code for an error: a SQLSTATE, a MySQL or SQLite error name or number, or one of Node's, e.g. ECONNREFUSED. */
export function codeOf(error: unknown): string {
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown };
  return String(code ?? errno ?? '');
}

/**
 * Whether a statement was undone because of another one at the same time: with an isolation level that the host has set, the engine
 * does so where it would else wait and look again.
 */
export function isConflict(error: unknown): boolean {
  return /^(?:40\w{3}|ER_LOCK_DEADLOCK|ER_CHECKREAD)$/.test(codeOf(error));
}

/** Node's codes for a peer that can't be reached. */
export const NETWORK_FAULT =
  /^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|EPROTO|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;

/** The code of a refusal of ours: the database left out rows without an error. */
export const ROWS_LEFT_OUT = 'ROWS_LEFT_OUT';

/** Whether a code that is no server's stands for a mistake in this process, and not for a connection. */
export function isOwnMistake(code: string): boolean {
  return code === ROWS_LEFT_OUT || /^ERR_(?:INVALID|OUT_OF_RANGE|BUFFER|MISSING|ASSERTION)/.test(code);
}
