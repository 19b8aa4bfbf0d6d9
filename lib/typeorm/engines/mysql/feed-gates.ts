/**
 * A number of AUTO_INCREMENT says nothing of the order of commits, so writers go through a gate: before an insert is given its
 * numbers, it takes a shared lock on one of two rows, and holds it until it has ended. Who has had an exclusive lock on each of
 * them, one after the other, knows that all inserts with numbers that were given before have ended.
 *
 * Two, by the clock: of the one whose time is over, the last writer soon leaves, and none has to wait for a reader.
 */
export const GATES = ['0', '1'] as const;

const SLOTS_A_SECOND = 10;
/** SQL of the gate that writers go through now. */
export const GATE_OF_NOW = `FLOOR(UNIX_TIMESTAMP(NOW(6)) * ${SLOTS_A_SECOND}) % ${GATES.length}`;

/** Fails at once where a writer holds the gate. */
export function lockGate(feedTable: string): string {
  return `${waitForGate(feedTable)} NOWAIT`;
}

/** Waits until the writers at the gate have ended; who comes meanwhile waits behind. */
export function waitForGate(feedTable: string): string {
  return `SELECT gate FROM ${feedTable} WHERE gate = ? FOR UPDATE`;
}
