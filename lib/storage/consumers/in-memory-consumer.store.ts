import { Injectable } from '@nestjs/common';
import type { FeedPosition } from '../event-feed.js';
import type { ConsumerChange, ConsumerFailure, ConsumerLease, ConsumerState, ParkedEvent } from './consumer-state.interface.js';
import { ConsumerStore } from './consumer.store.js';

const NOT_FAILING = { attempts: 0, failingSince: null, lastError: null };

/** Keeps consumers in the memory of this process, for tests and tries. */
@Injectable()
export class InMemoryConsumerStore extends ConsumerStore {
  private readonly states = new Map<string, ConsumerState>();
  private events: ParkedEvent[] = [];

  async create(name: string, position: FeedPosition): Promise<void> {
    if (this.states.has(name)) return;
    const nobody = { status: 'running', holder: null, term: 0, beat: 0, retriesParked: false } as const;
    this.states.set(name, { name, position, ...nobody, ...NOT_FAILING, movedAt: now() });
  }

  async find(names?: readonly string[]): Promise<ConsumerState[]> {
    const found = [...this.states.values()].filter(({ name }) => names?.includes(name) ?? true);
    return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async acquire(seen: ConsumerState, holder: string): Promise<ConsumerLease | undefined> {
    const { term, status, beat, holder: current } = this.states.get(seen.name) ?? {};
    if (status !== 'running' || term !== seen.term || beat !== seen.beat || current !== seen.holder) return undefined;
    this.set(seen.name, { holder, term: term + 1, beat: 0 });
    return { name: seen.name, term: term + 1 };
  }

  async beat(holder: string): Promise<number> {
    const held = [...this.states.values()].filter((state) => state.holder === holder && state.status === 'running');
    const undisturbed = held.filter(({ retriesParked }) => !retriesParked);
    for (const { name, beat } of held) this.set(name, { beat: beat + 1 });
    return undisturbed.length;
  }

  async release(lease: ConsumerLease): Promise<void> {
    this.setHeld(lease, { holder: null });
  }

  async move(lease: ConsumerLease, position: FeedPosition): Promise<boolean> {
    return this.setHeld(lease, { position, movedAt: now(), ...NOT_FAILING });
  }

  async fail(lease: ConsumerLease, { attempts, failingSince, lastError }: ConsumerFailure): Promise<boolean> {
    return this.setHeld(lease, { attempts, failingSince, lastError });
  }

  async park(lease: ConsumerLease, event: ParkedEvent): Promise<boolean> {
    if (!this.holds(lease)) return false;
    const isSame = ({ consumer, position }: ParkedEvent) => consumer === event.consumer && position === event.position;
    const index = this.events.findIndex(isSame);
    this.events.splice(index === -1 ? this.events.length : index, 1, event);
    return true;
  }

  async parked(name: string): Promise<ParkedEvent[]> {
    return this.events.filter(({ consumer }) => consumer === name);
  }

  async parkedCounts(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { consumer } of this.events) counts.set(consumer, (counts.get(consumer) ?? 0) + 1);
    return counts;
  }

  async unpark(name: string, position: FeedPosition): Promise<void> {
    this.events = this.events.filter((event) => event.consumer !== name || event.position !== position);
  }

  async change(name: string, { status, position, retriesParked }: ConsumerChange): Promise<boolean> {
    const state = this.states.get(name);
    if (state === undefined) return false;
    this.set(name, {
      ...(status !== undefined && { status }),
      ...(retriesParked !== undefined && { retriesParked }),
      ...(position !== undefined && { position, movedAt: now(), ...NOT_FAILING, holder: null, term: state.term + 1 }),
    });
    return true;
  }

  async delete(name: string): Promise<void> {
    this.states.delete(name);
    this.events = this.events.filter(({ consumer }) => consumer !== name);
  }

  private holds({ name, term }: ConsumerLease): boolean {
    const state = this.states.get(name);
    return state !== undefined && state.holder !== null && state.term === term;
  }

  private setHeld(lease: ConsumerLease, change: Partial<ConsumerState>): boolean {
    if (!this.holds(lease)) return false;
    this.set(lease.name, change);
    return true;
  }

  private set(name: string, change: Partial<ConsumerState>): void {
    this.states.set(name, { ...this.states.get(name)!, ...change });
  }
}

function now(): string {
  return new Date().toISOString();
}
