import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Between beats of a holder of leases. */
export const BEAT_MS = 2_000;
/** Between looks of an instance that waits for a lease: it is to take over soon what is given back. */
export const LOOK_MS = 1_000;
/** A holder whose beat has not grown for so long is dead: longer than it trusts its lease, so that it has noticed by then. */
export const DEAD_AFTER_MS = 6_000;

/** The name of a new holder, by which people find its host and its process. */
export function newHolder(): string {
  return `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
}
