/** The code of a refusal of ours: the connection is in a transaction that other code has left open. */
export const OPEN_TRANSACTION = 'OPEN_TRANSACTION';

/** What was written would be committed by nobody, and lost with the connection. */
export class OpenTransaction extends Error {
  readonly code = OPEN_TRANSACTION;

  constructor() {
    super('Other code of the host has left a transaction open on the connection');
  }
}
