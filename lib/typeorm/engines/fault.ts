/**
 * What an error of a driver says about the statement and its connection. All but `permanent` mean that the same may work
 * later:
 * - `permanent`: the statement or its data is wrong, and the connection is good
 * - `busy`: the server can't do it now, and the connection is good
 * - `lost`: the connection is gone, or in a state that nobody knows
 * - `stale`: this connection and all that were opened before now lead to a server that no longer takes writes
 * - `unprepared`: the connection works, but not with prepared statements
 * - `altered`: other code has left the connection in a transaction, so nothing was committed, or with another schema, so the
 *   table is not found
 */
export type Fault = 'permanent' | 'busy' | 'lost' | 'stale' | 'unprepared' | 'altered';

/** Whether the connection may be used again. */
export function keepsConnection(fault: Fault): boolean {
  return fault === 'permanent' || fault === 'busy';
}

/** Whether the same may work at once, on another connection or without preparation. */
export function isWorthAnotherTry(fault: Fault): boolean {
  return fault === 'stale' || fault === 'unprepared' || fault === 'altered';
}
