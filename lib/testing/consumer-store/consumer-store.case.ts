import { randomUUID } from 'node:crypto';
import type { ConsumerLease, ConsumerState, ParkedEvent } from '../../storage/consumers/consumer-state.interface.js';
import type { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import type { ContractCase } from '../contract-case.js';
import type { Expect } from '../test-runner.interface.js';

/** What a test of a store of consumers works with. */
export interface ConsumerStoreFixture {
  readonly store: ConsumerStore;
  readonly expect: Expect;
}

export type ConsumerStoreCase = ContractCase<ConsumerStoreFixture>;

/** Of no other test. */
export const newName = (more = '') => `consumer ${randomUUID()}${more}`;

/** Adds a consumer at the position `0`. */
export async function created(store: ConsumerStore, name = newName()): Promise<ConsumerState> {
  await store.create(name, '0');
  return stateOf(store, name);
}

/** Adds a consumer that somebody holds. */
export async function held(store: ConsumerStore, holder: string = randomUUID()): Promise<ConsumerLease> {
  return taken(store, await created(store), holder);
}

/** Gives a consumer to a holder, who must get it. */
export async function taken(store: ConsumerStore, seen: ConsumerState, holder: string = randomUUID()): Promise<ConsumerLease> {
  const lease = await store.acquire(seen, holder);
  if (lease === undefined) throw new Error(`Expected the lease of ${seen.name}, which nobody has changed, got none.`);
  return lease;
}

export async function stateOf(store: ConsumerStore, name: string): Promise<ConsumerState> {
  const [state] = await store.find([name]);
  if (state === undefined) throw new Error(`Expected to find ${name}, got nothing.`);
  return state;
}

/** All but what tells that a holder lives, which other methods than `beat()` may count on. */
export function withoutBeat(state: ConsumerState): object {
  return { ...state, beat: undefined };
}

export function parkedEvent(consumer: string, number: number, more: Partial<ParkedEvent> = {}): ParkedEvent {
  const ids = { id: `event ${number}`, projectId: 'p' };
  const failed = { attempts: 5, error: 'Error: refused', parkedAt: '2026-01-02T03:04:05.678Z' };
  return { consumer, position: String(number), after: String(number - 1), ...ids, ...failed, ...more };
}

export const FAILURE = { attempts: 3, failingSince: '2026-01-02T03:04:05.678Z', lastError: 'Error: refused' };
