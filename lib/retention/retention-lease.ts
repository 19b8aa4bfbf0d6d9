import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerState } from '../storage/consumers/consumer-state.interface.js';
import type { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { BEAT_MS, DEAD_AFTER_MS, LOOK_MS, newHolder } from '../storage/consumers/lease-holder.js';

const NAME = 'retention/lease';

/** Lets one instance at a time remove events. */
export class RetentionLease {
  private readonly holder = newHolder();
  private beatenAt = performance.now();
  private release = async (): Promise<void> => undefined;

  private constructor(private readonly store: ConsumerStore) {}

  /** Undefined: another instance has it, and lives, or the signal has aborted. */
  static async take(store: ConsumerStore, signal: AbortSignal): Promise<RetentionLease | undefined> {
    await store.create(NAME, '0');
    const lease = new RetentionLease(store);
    const first = await stateOf(store);
    for (const since = performance.now(); !signal.aborted; await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)) {
      const state = await stateOf(store);
      if (state.holder !== null && !isSame(state, first)) return undefined;
      const isFree = state.holder === null || performance.now() - since >= DEAD_AFTER_MS;
      if (isFree) return (await lease.acquire(state)) ? lease : undefined;
    }
    return undefined;
  }

  /** Whether it is still held; to be asked before each slice. Others see by it that the holder lives. */
  async isHeld(): Promise<boolean> {
    const at = performance.now();
    if (at - this.beatenAt < BEAT_MS) return true;
    this.beatenAt = at;
    return (await this.store.beat(this.holder)) > 0;
  }

  /** Gives it back. Where that fails, others see that its beat stands still. */
  async end(): Promise<void> {
    await this.release().catch(() => undefined);
  }

  private async acquire(state: ConsumerState): Promise<boolean> {
    const lease = await this.store.acquire(state, this.holder);
    if (lease === undefined) return false;
    this.beatenAt = performance.now();
    this.release = () => this.store.release(lease);
    return true;
  }
}

async function stateOf(store: ConsumerStore): Promise<ConsumerState> {
  const [state] = await store.find([NAME]);
  return state;
}

function isSame(a: ConsumerState, b: ConsumerState): boolean {
  return a.term === b.term && a.beat === b.beat && a.holder === b.holder;
}
