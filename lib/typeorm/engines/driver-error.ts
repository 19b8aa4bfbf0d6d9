/** The driver's code for an error: a SQLSTATE, a MySQL or SQLite error name, or one of Node's, e.g. ECONNREFUSED. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}

/** Node's codes for a peer that can't be reached. */
export const NETWORK_FAULT =
  /^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
